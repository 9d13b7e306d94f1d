/* SPDX-License-Identifier: Apache-2.0 */
#include "command/survey/counting/resolve.h"

#include "command/base/message.h"
#include "command/list/stanza_text.h"

static bool load_ca(void *context, rs_bytes certificate, bool is_root)
{
    (void)is_root; /* the user says what the roots are */
    if (rs_ca_pool_add(context, certificate, RS_CA_STRANGER) == RS_CA_NO_MEMORY)
        rs_message_need(NULL);
    return true;
}

bool rs_survey_resolve_load(rs_survey_store *store, rs_ca_pool *pool)
{
    return rs_survey_store_each_ca(store, load_ca, pool);
}

typedef struct resolution {
    rs_survey_store *store;
    rs_ca_pool *pool;
} resolution;

static bool add_reach(rs_survey_store *store, rs_bytes issuer, const rs_ca_node *root)
{
    rs_arena arena = {0};
    rs_bytes der = rs_ca_node_subject(root);
    const uint8_t *at = der.p;
    X509_NAME *name = d2i_X509_NAME(NULL, &at, (long)der.n);
    const char *label = name == NULL ? "" : rs_stanza_text_label_of_name(&arena, name);
    bool good = rs_survey_store_add_reach(store, issuer, rs_ca_node_key_hash(root), label);
    X509_NAME_free(name);
    rs_arena_clear(&arena);
    return good;
}

static bool resolve_issuer(void *context, rs_bytes issuer)
{
    const resolution *r = context;
    const rs_ca_node *node = issuer.n == RS_SHA256_SIZE ? rs_ca_pool_find(r->pool, issuer.p) : NULL;
    if (node == NULL)
        return true;
    const rs_ca_roots *roots = rs_message_need((void *)rs_ca_pool_reach(r->pool, node));
    bool good = true;
    for (size_t i = 0; i < roots->count && good; i++)
        good = add_reach(r->store, issuer, roots->roots[i]);
    return good;
}

bool rs_survey_resolve(rs_survey_store *store, rs_ca_pool *pool)
{
    resolution r = {store, pool};
    if (!rs_survey_store_begin(store))
        return false;
    /* Again, for another process may have added some, and no other one adds any from here on. */
    bool good = rs_survey_resolve_load(store, pool) && rs_survey_store_forget_reaches(store) &&
                rs_survey_store_each_issuer(store, resolve_issuer, &r);
    return good ? rs_survey_store_commit(store) : rs_survey_store_rollback(store);
}
