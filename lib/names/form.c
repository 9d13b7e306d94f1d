/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/names/form.h"

typedef struct form_facts {
    const char *word;
    rs_rule_cover cover;
    bool wildcards;
} form_facts;

static const form_facts facts[RS_FORMS] = {
#define FORM_FACTS(form, word, cover, wildcards) [RS_FORM_##form] = {word, cover, wildcards},
    RS_HOST_FORM_TABLE(FORM_FACTS)
#undef FORM_FACTS
        [RS_FORM_IP] = {"ip", RS_RULE_COVERS_SELF, false},
    [RS_FORM_CN] = {"cn", RS_RULE_COVERS_SELF, true},
    [RS_FORM_DIRNAME] = {"dirname", RS_RULE_COVERS_SELF, false},
    [RS_FORM_ORGANIZATION] = {"organization", RS_RULE_COVERS_SELF, false},
    [RS_FORM_OTHERNAME] = {"othername", RS_RULE_COVERS_SELF, false},
    [RS_FORM_EXTENSION] = {"extension", RS_RULE_COVERS_SELF, false},
};

const char *rs_form_word(rs_form form)
{
    return (unsigned)form < RS_FORMS ? facts[form].word : "unknown";
}

rs_rule_cover rs_form_rule_cover(rs_form form)
{
    return (unsigned)form < RS_FORMS ? facts[form].cover : RS_RULE_COVERS_SELF;
}

bool rs_form_has_wildcards(rs_form form)
{
    return (unsigned)form < RS_FORMS && facts[form].wildcards;
}
