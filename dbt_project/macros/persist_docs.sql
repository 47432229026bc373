{#
    Descriptions as comments of tables and columns, in one statement and without asking for the columns: the contract
    names them all. An incremental table keeps its comments; a base of another dbt project is built anew anyhow.
#}
{% macro duckdb__persist_docs(relation, model, for_relation, for_columns) -%}
    {%- if config.persist_relation_docs() and not is_incremental() -%}
        {%- set comments -%}
            comment on table {{ relation }} is {{ duckdb_escape_comment(model.description) }};
            {% for column in model.columns.values() if column.description -%}
                comment on column {{ relation }}.{{ column.name }} is {{ duckdb_escape_comment(column.description) }};
            {% endfor %}
        {%- endset -%}
        {%- do run_query(comments) -%}
    {%- endif -%}
{%- endmacro %}
