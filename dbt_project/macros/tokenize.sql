{# Text as a list of comparable tokens: lower case, no accents, plural s dropped; one Chinese character a token. #}
{% macro tokenize(text) -%}
    list_transform(
        regexp_extract_all(lower(strip_accents({{ text }})), '[a-z0-9]+|\p{Han}'),
        lambda token: case
            when length(token) > 4 and ends_with(token, 'ies') then token[:-4] || 'y'
            when length(token) > 3 and ends_with(token, 's') and not regexp_matches(token, '(ss|us|is)$')
                then token[:-2]
            else token
        end
    )
{%- endmacro %}

{# A pattern whose group 1 is an alias in the untouched text, whatever stands between its tokens: whole words only. #}
{% macro token_pattern(tokens) -%}
    '(?i)'
    || case when regexp_matches({{ tokens }}[1], '[a-z0-9]') then '(?:^|[^a-zA-Z0-9])' else '' end
    || '('
    || array_to_string(
        list_transform({{ tokens }}, lambda token: case
            when ends_with(token, 'y') then token[:-2] || '(?:ys?|ies)'
            else token || 's?'
        end),
        '[^a-zA-Z0-9\p{Han}]*'
    )
    || ')'
    || case when regexp_matches({{ tokens }}[-1], '[a-z0-9]') then '(?:[^a-zA-Z0-9]|$)' else '' end
{%- endmacro %}
