{# A word or one Chinese character; accents belong to their letter, as part of it or as marks after it. #}
{% macro word_pattern() -%}
    (?:[\p{Latin}0-9]\p{M}*)+|\p{Han}
{%- endmacro %}

{# Text as a list of comparable tokens: lower case, no accents, plural s dropped; one Chinese character a token. #}
{% macro tokenize(text) -%}
    list_transform(
        list_transform(regexp_extract_all({{ text }}, '{{ word_pattern() }}'), lambda word: lower(strip_accents(word))),
        lambda token: case
            when length(token) > 4 and ends_with(token, 'ies') then token[:-4] || 'y'
            when length(token) > 3 and ends_with(token, 's') and not regexp_matches(token, '(ss|us|is)$')
                then token[:-2]
            else token
        end
    )
{%- endmacro %}

{# The same words untouched, each with what follows it: joined, they are the text from its first word on. #}
{% macro split_words(text) -%}
    regexp_extract_all({{ text }}, '(?:{{ word_pattern() }})[^\p{Latin}0-9\p{Han}]*')
{%- endmacro %}
