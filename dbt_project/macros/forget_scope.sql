{#
    Incremental models here are pure functions of the raw records of a key. A build knows which keys it touches
    (`raw.scope_dates`, `raw.scope_papers`): the model first forgets their rows, then appends them anew, so a row
    that should be gone is gone, and the cost of a day does not grow with history.
#}
{% macro forget_scope(condition) -%}
    {% if is_incremental() %}delete from {{ this }} where {{ condition }}{% endif %}
{%- endmacro %}

{% macro forget_scope_papers() -%}
    {{ forget_scope("paper_id in (select paper_id from raw.scope_papers)") }}
{%- endmacro %}

{% macro forget_scope_dates() -%}
    {{ forget_scope("listing_date in (select listing_date from raw.scope_dates)") }}
{%- endmacro %}

{# A fetch or batch is told of again when it is judged or built again. #}
{% macro forget_waiting(key) -%}
    {{ forget_scope(key ~ " in (select fetch_id from raw.waiting_fetches union all select batch_id from raw.waiting_batches)") }}
{%- endmacro %}


{# A paper's votes move its rank on every list it stands on, so those lists are told anew as a whole. #}
{% macro scope_lists() -%}
    (
        select listing_date from {{ source('raw', 'scope_dates') }}
        union
        select listing_date from {{ ref('paper_listings') }}
        where paper_id in (select paper_id from {{ source('raw', 'scope_papers') }})
    )
{%- endmacro %}

{% macro forget_scope_lists() -%}
    {{ forget_scope("listing_date in " ~ scope_lists()) }}
{%- endmacro %}
