{#
  Investigated clusters, counted on the day of the report and on that of the closing, in their département. A cluster counts
  from so many cases on (`minimum_cluster_cases`). Kind of place, criticality and state are those that it has now. It is under
  way from its report to its closing, whatever its state; when it is opened again, it is as if it had not been closed.
  Measures are SQL on a row of `int_clusters__facts`: a report (`what` is `report`) or a closing (`closing`).
#}
{% macro clusters() -%}
    {%- set described = {'strata': ['place_kind', 'criticality']} -%}
    {{ return(theme({
        'name': 'clusters',
        'feeds': ['monic'],
        'records': 'stg_monic__clusters',
        'key': 'cluster_key',
        'sender': 'agency',
        'content': [
            'record_kind', 'dep', 'place_kind', 'criticality', 'state', 'cases', 'reported_on', 'closed_on'
        ],
        'indicators': {'period': ['day', 'rolling7', 'week'], 'age': ['all'], 'fresh_by': '19:00', 'lag_days': 1},
        'keys': {},
        'levels': {'dep': {'keys': {}}},
        'strata': {
            'place_kind': {'fr': "type de collectivité", 'en': "kind of place", 'classes': place_classes(), 'complete': true},
            'criticality': {
                'fr': "criticité", 'en': "criticality",
                'classes': {
                    'limited': {'sql': "criticality = 'limited'", 'fr': "criticité limitée", 'en': "limited"},
                    'moderate': {'sql': "criticality = 'moderate'", 'fr': "criticité modérée", 'en': "moderate"},
                    'high': {'sql': "criticality = 'high'", 'fr': "criticité élevée", 'en': "high"},
                },
            },
            'state': {
                'fr': "état actuel", 'en': "present state", 'complete': true,
                'classes': {
                    'investigated': {
                        'sql': "state = 'investigated'", 'fr': "en cours d'investigation", 'en': "under investigation"
                    },
                    'controlled': {'sql': "state = 'controlled'", 'fr': "maîtrisé", 'en': "controlled"},
                    'spread': {
                        'sql': "state = 'spread'", 'fr': "diffusion communautaire", 'en': "spread into the community"
                    },
                    'closed': {'sql': "state = 'closed'", 'fr': "clôturé", 'en': "closed"},
                },
            },
        },
        'flows': {
            'clusters': {
                'sql': "(what = 'report')::int", 'text': "Clusters by day of their report.",
                'strata': {'place_kind': 'clusters', 'criticality': 'clusters', 'state': 'clusters_now'},
            },
            'clusters_closed': {'sql': "(what = 'closing')::int", 'text': "Clusters by day of their closing."},
            'cluster_cases': {
                'sql': "(what = 'report')::int * cases", 'row': 'integer', 'type': 'bigint',
                'text': "Cases so far of the clusters that were reported on the day.",
            },
        },
        'net': {
            'net_under_way': dict(described,
                sql="case what when 'report' then 1 else -1 end",
                text="Clusters that were reported on the day, minus those that were closed.",
            ),
        },
        'stocks': {
            'clusters_to_date': {'net': 'clusters', 'text': "Clusters that were reported, to date."},
            'under_way': {
                'net': 'net_under_way', 'text': "Clusters that were reported and not closed, at the end of the day."
            },
        },
        'explains': {'clusters': explained_by('clusters-reported-dep')},
        'watched': {'day': 'reported_on'},
    })) }}
{%- endmacro %}


{#
  The kinds of places, {name: {'codes': those of the feed, 'fr', 'en': name}}; the contract of `monic` says when a code is in
  use. The kinds, their codes and days are settings of this project, after what bulletins told of clusters.
#}
{% macro places_of_clusters() -%}
    {{ return({
        'care_home': {'codes': ['EHPAD'], 'fr': "Ehpad", 'en': "homes for dependent elderly people"},
        'elderly': {
            'codes': ['EMS_PA'], 'fr': "autres établissements pour personnes âgées", 'en': "other homes for elderly people"
        },
        'disability': {
            'codes': ['EMS_PH'], 'fr': "établissements pour personnes handicapées", 'en': "homes for disabled people"
        },
        'child_protection': {'codes': ['ASE'], 'fr': "aide sociale à l'enfance", 'en': "child protection"},
        'health_care': {'codes': ['ES'], 'fr': "établissements de santé", 'en': "hospitals and clinics"},
        'education': {
            'codes': ['SCOLAIRE_UNIVERSITAIRE'],
            'fr': "milieu scolaire et universitaire, avant septembre 2020",
            'en': "schools and universities, before September 2020",
        },
        'school': {'codes': ['SCOLAIRE'], 'fr': "milieu scolaire", 'en': "schools"},
        'university': {'codes': ['UNIVERSITAIRE'], 'fr': "milieu universitaire", 'en': "universities"},
        'nursery': {'codes': ['CRECHE'], 'fr': "crèches", 'en': "nurseries"},
        'company': {
            'codes': ['ENTREPRISE'], 'fr': "entreprises privées et publiques", 'en': "private and public companies"
        },
        'prison': {'codes': ['PENITENTIAIRE'], 'fr': "établissements pénitentiaires", 'en': "prisons"},
        'social_housing': {
            'codes': ['HEBERGEMENT_SOCIAL'],
            'fr': "hébergement social et d'insertion", 'en': "shelters and social housing",
        },
        'vulnerable': {
            'codes': ['COMMUNAUTE_VULNERABLE'], 'fr': "communautés vulnérables", 'en': "vulnerable communities"
        },
        'family': {
            'codes': ['FAMILLE_ELARGIE'], 'fr': "milieu familial élargi", 'en': "families of several households"
        },
        'event': {'codes': ['EVENEMENT'], 'fr': "événements et rassemblements", 'en': "events and gatherings"},
        'sport': {'codes': ['SPORT'], 'fr': "activités sportives", 'en': "sports"},
        'transport': {'codes': ['TRANSPORT'], 'fr': "transports", 'en': "transport"},
        'small_area': {
            'codes': ['UNITE_GEOGRAPHIQUE'], 'fr': "unités géographiques de petite taille", 'en': "small areas"
        },
        'other': {'codes': ['AUTRE'], 'fr': "autres lieux", 'en': "other places"},
    }) }}
{%- endmacro %}


{# The strata of places, {stratum: condition on a row of the facts and names}; see `checked_strata`. #}
{% macro place_classes() -%}
    {%- set classes = {} -%}
    {%- for name, of in places_of_clusters().items() -%}
        {%- do classes.update({name: {'sql': "place_kind = '" ~ name ~ "'", 'fr': of.fr, 'en': of.en}}) -%}
    {%- endfor -%}
    {{ return(classes) }}
{%- endmacro %}
