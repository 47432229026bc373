{# Rows that share a key that should be one row's. #}
{% test unique_rows(model, columns) %}
    select {{ columns | join(', ') }}, count(*) as row_count
    from {{ model }}
    group by {{ columns | join(', ') }}
    having count(*) > 1
{% endtest %}

{# Rows for which a rule between columns does not hold. #}
{% test rule_holds(model, rule) %}
    select *
    from {{ model }}
    where not coalesce({{ rule }}, true)
{% endtest %}
