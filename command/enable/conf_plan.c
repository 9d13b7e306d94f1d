/* SPDX-License-Identifier: Apache-2.0 */
#include "command/enable/conf_plan.h"

#include "command/base/message.h"
#include "command/base/text.h"

#include <string.h>

#define OUR_SECTION "rootscope_sect"

/* An entry of the section that `providers` names. */
typedef struct entry {
    const char *key, *section;
} entry;

typedef struct entries {
    entry *items;
    size_t count;
} entries;

static const rs_conf_line *planned(const rs_conf_plan *plan, const char *section, const char *key)
{
    const rs_conf_line *found = NULL;
    for (const rs_conf_line *l = plan->first; l != NULL; l = l->next)
        if (strcmp(l->section, section) == 0 && (key == NULL || strcmp(l->key, key) == 0))
            found = l;
    return found;
}

const char *rs_conf_plan_get(const rs_conf_plan *plan, const char *section, const char *key)
{
    const rs_conf_line *line = planned(plan, section, key);
    return line != NULL ? line->value : rs_openssl_config_get(plan->config, section, key);
}

/* The name of a section that a line leads to; NULL: none. */
static const char *section_at(const rs_conf_plan *plan, const char *section, const char *key)
{
    const char *name = rs_conf_plan_get(plan, section, key);
    return name == NULL || name[0] == '\0' ? NULL : name;
}

static void assign(rs_conf_plan *plan, const char *section, const char *key, const char *value)
{
    const char *present = rs_conf_plan_get(plan, section, key);
    bool is_there = present != NULL && strcmp(present, value) == 0;
    if (is_there && (!plan->whole || planned(plan, section, key) != NULL))
        return;
    rs_conf_line *line = rs_message_need(rs_arena_take(plan->arena, sizeof *line));
    *line = (rs_conf_line){.section = section, .key = key, .value = value};
    if (plan->last == NULL)
        plan->first = line;
    else
        plan->last->next = line;
    plan->last = line;
}

/* A name that no section has. */
static const char *fresh(const rs_conf_plan *plan, const char *name)
{
    const char *tried = name;
    for (unsigned i = 2; rs_openssl_config_section(plan->config, tried) != NULL ||
                         planned(plan, tried, NULL) != NULL;
         i++)
        tried = rs_text_format(plan->arena, "%s_%u", name, i);
    return tried;
}

static entries entries_of(const rs_conf_plan *plan, const char *section)
{
    STACK_OF(CONF_VALUE) *values = rs_openssl_config_section(plan->config, section);
    size_t count = values == NULL ? 0 : (size_t)sk_CONF_VALUE_num(values);
    for (const rs_conf_line *l = plan->first; l != NULL; l = l->next)
        count++;
    entries e = {.items = rs_message_need(rs_arena_take(plan->arena, (count + 1) * sizeof(entry)))};
    for (int i = 0; i < sk_CONF_VALUE_num(values); i++) {
        const char *key = sk_CONF_VALUE_value(values, i)->name;
        e.items[e.count++] = (entry){key, rs_conf_plan_get(plan, section, key)};
    }
    for (const rs_conf_line *l = plan->first; l != NULL; l = l->next)
        if (strcmp(l->section, section) == 0 &&
            rs_openssl_config_get(plan->config, section, l->key) == NULL)
            e.items[e.count++] = (entry){l->key, l->value};
    return e;
}

static const char *name_of(const rs_conf_plan *plan, const entry *e)
{
    return rs_openssl_config_provider(plan->config, e->key, e->section);
}

/* One that is the default provider by its name; an `identity` can have a section's meaning, too. */
static bool is_default(const rs_conf_plan *plan, const entry *e)
{
    return strcmp(name_of(plan, e), "default") == 0 &&
           rs_conf_plan_get(plan, e->section, "identity") == NULL;
}

static bool is_ours(const rs_conf_plan *plan, const entry *e)
{
    const char *file = rs_conf_plan_get(plan, e->section, "module");
    return file != NULL ? rs_openssl_config_is_module(file)
                        : strcmp(name_of(plan, e), "rootscope") == 0;
}

static bool is_active(const rs_conf_plan *plan, const entry *e)
{
    const char *word = rs_conf_plan_get(plan, e->section, "activate");
    return word != NULL && rs_openssl_config_is_yes(word);
}

/* Whether another entry has the same section, and would be activated with this one. */
static bool is_shared(const entries *all, const entry *one)
{
    for (size_t i = 0; i < all->count; i++)
        if (&all->items[i] != one && strcmp(all->items[i].section, one->section) == 0)
            return true;
    return false;
}

/* Activates the default provider if programs have it today because no provider is activated. */
static void keep_default(rs_conf_plan *plan, const char *providers)
{
    entries all = entries_of(plan, providers);
    const entry *found = NULL;
    bool is_implicit = true;
    for (size_t i = 0; i < all.count; i++) {
        const entry *e = &all.items[i];
        if (is_default(plan, e))
            found = e;
        if (is_active(plan, e) && !is_ours(plan, e))
            is_implicit = plan->whole && is_default(plan, e);
    }
    if (!is_implicit)
        return;
    const char *section = found == NULL ? NULL : found->section;
    if (section == NULL || section[0] == '\0' || is_shared(&all, found))
        section = fresh(plan, "default_sect");
    assign(plan, providers, found == NULL ? "default" : found->key, section);
    assign(plan, section, "activate", "1");
}

/* The module's section, completed: the one that an entry has, or a new one. */
static void switch_on(rs_conf_plan *plan, const char *providers)
{
    entries all = entries_of(plan, providers);
    const entry *found = NULL;
    for (size_t i = 0; i < all.count && found == NULL; i++)
        if (is_ours(plan, &all.items[i]))
            found = &all.items[i];
    const char *section = found == NULL ? OUR_SECTION : found->section;
    const char *file = rs_conf_plan_get(plan, section, "module");
    /* A section without an entry may be a leftover with settings. */
    if (found == NULL && file != NULL && !rs_openssl_config_is_module(file))
        section = fresh(plan, OUR_SECTION);
    assign(plan, providers, found == NULL ? "rootscope" : found->key, section);
    const char *activate = rs_conf_plan_get(plan, section, "activate");
    if (plan->whole || activate == NULL || !rs_openssl_config_is_yes(activate))
        assign(plan, section, "activate", "1");
    if (plan->whole || found == NULL || file == NULL)
        assign(plan, section, "module", plan->module);
    if (plan->list != NULL)
        assign(plan, section, "list", plan->list);
}

/* Makes the section that a program starts with lead to the module. Returns that of providers. */
static const char *guard(rs_conf_plan *plan, const char *init)
{
    const char *providers = section_at(plan, init, "providers");
    if (providers == NULL)
        providers = fresh(plan, "provider_sect");
    keep_default(plan, providers);
    switch_on(plan, providers);
    return providers;
}

/* Whether a start with these sections has the default provider and the module, and nothing else. */
static bool is_plain(const rs_conf_plan *plan, const char *init, const char *providers)
{
    STACK_OF(CONF_VALUE) *lines = rs_openssl_config_section(plan->config, init);
    for (int i = 0; i < sk_CONF_VALUE_num(lines); i++)
        if (strcmp(sk_CONF_VALUE_value(lines, i)->name, "providers") != 0)
            return false;
    entries all = entries_of(plan, providers);
    for (size_t i = 0; i < all.count; i++)
        if (!is_ours(plan, &all.items[i]) && strcmp(name_of(plan, &all.items[i]), "default") != 0)
            return false;
    return true;
}

void rs_conf_plan_make(rs_conf_plan *plan)
{
    plan->init = section_at(plan, "default", "openssl_conf");
    if (plan->init == NULL)
        plan->init = fresh(plan, "openssl_init");
    assign(plan, "default", "openssl_conf", plan->init);
    const char *providers = guard(plan, plan->init);
    const char *node = section_at(plan, "default", "nodejs_conf");
    if (node == NULL)
        node = is_plain(plan, plan->init, providers) ? plan->init : fresh(plan, "rootscope_nodejs");
    assign(plan, "default", "nodejs_conf", node);
    if (strcmp(node, plan->init) != 0)
        assign(plan, node, "providers", guard(plan, node));
    /* Last, so that the file's own line `[init]` can follow. */
    assign(plan, plan->init, "providers", providers);
}
