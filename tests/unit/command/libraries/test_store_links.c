/* SPDX-License-Identifier: Apache-2.0 */
#include "command/libraries/store_links.h"

#include "tests/unit/command/libraries/trust_store.h"

static rs_arena arena;

static const rs_store_link *find(const rs_store_links *links, const char *name)
{
    for (size_t i = 0; i < links->count; i++)
        if (strcmp(links->items[i].name, name) == 0)
            return &links->items[i];
    return NULL;
}

static void links_that_lead_out_of_the_folder(void)
{
    rs_store_links links;
    make_store();
    write_text(RS_STORE_FOLDER "/.hidden", "");
    link_to("/nowhere/at.crt", "nowhere.pem");
    link_to("beside.pem", "in-folder.pem");
    own_root_make_folder(RS_STORE_FOLDER "/" RS_STORE_TWINS);
    CU_ASSERT_FATAL(rs_store_links_read(&arena, &links));
    CU_ASSERT_EQUAL(links.count, 3);
    CU_ASSERT_STRING_EQUAL(links.items[0].name, "corp.pem");
    CU_ASSERT_STRING_EQUAL(links.items[0].original, SHARE "/corp.crt");
    CU_ASSERT_FALSE(links.items[0].is_limited || links.items[0].is_file);
    CU_ASSERT_STRING_EQUAL(links.items[1].name, "nowhere.pem");
    CU_ASSERT_STRING_EQUAL(links.items[2].name, "other.pem");
    rs_arena_clear(&arena);
}

static void files_of_others(void)
{
    rs_store_links links;
    make_store();
    write_text(RS_STORE_FOLDER "/mine.pem", "x");
    CU_ASSERT_FATAL(rs_store_links_read(&arena, &links));
    const rs_store_link *mine = find(&links, "mine.pem");
    CU_ASSERT_FATAL(mine != NULL);
    CU_ASSERT(mine->is_file && !mine->is_limited && mine->original == NULL);
    CU_ASSERT_PTR_NULL(find(&links, RS_STORE_BUNDLE));
    rs_arena_clear(&arena);
}

static void links_to_files_of_ours(void)
{
    rs_store_links links;
    make_store();
    own_root_make_folder(RS_STORE_ORIGINALS);
    link_to(RS_STORE_TWINS "/kept.pem", "kept.pem");
    link_to(RS_STORE_TWINS "/lost.pem", "lost.pem");
    link_to(RS_STORE_TWINS "x/not.pem", "not.pem");
    must(symlink("/was/there.crt", rs_store_links_kept(&arena, "kept.pem")) == 0);
    CU_ASSERT_FATAL(rs_store_links_read(&arena, &links));
    const rs_store_link *kept = find(&links, "kept.pem"), *lost = find(&links, "lost.pem"),
                        *not_ours = find(&links, "not.pem");
    CU_ASSERT_FATAL(kept != NULL && lost != NULL && not_ours != NULL);
    CU_ASSERT(kept->is_limited && strcmp(kept->original, "/was/there.crt") == 0);
    CU_ASSERT(lost->is_limited && lost->original == NULL);
    CU_ASSERT_FALSE(not_ours->is_limited);
    rs_arena_clear(&arena);
}

static void a_folder_that_is_not_there(void)
{
    rs_store_links links;
    own_root_empty();
    CU_ASSERT_FALSE(rs_store_links_read(&arena, &links));
    CU_ASSERT_EQUAL(links.count, 0);
    rs_arena_clear(&arena);
}

static void a_link_is_made_and_changed(void)
{
    make_store();
    for (int i = 0; i < 2; i++) {
        CU_ASSERT(rs_store_links_point(RS_STORE_FOLDER "/new.pem", i == 0 ? "/a" : "/b"));
        CU_ASSERT(leads_to(RS_STORE_FOLDER "/new.pem", i == 0 ? "/a" : "/b"));
    }
    CU_ASSERT_PTR_NULL(strstr(state(), ".rootscope."));
    CU_ASSERT_FALSE(rs_store_links_point("/etc/none/new.pem", "/a"));
    /* What a killed run left is in nobody's way. */
    link_to("/left", ".rootscope.link");
    CU_ASSERT(rs_store_links_point(RS_STORE_FOLDER "/new.pem", "/c"));
    CU_ASSERT(leads_to(RS_STORE_FOLDER "/new.pem", "/c"));
}

static void what_a_killed_run_left_is_swept(void)
{
    make_store();
    char *before = strdup(state());
    write_text(RS_STORE_FOLDER "/.rootscope.abc", "");
    link_to("/left", ".rootscope.link");
    rs_store_links_sweep(RS_STORE_FOLDER);
    rs_store_links_sweep("/etc/none");
    CU_ASSERT_STRING_EQUAL(state(), before);
    free(before);
}

static void links_by_hash(void)
{
    make_store();
    CU_ASSERT_FALSE(rs_store_links_by_hash("new.pem", 0xabc, false));
    CU_ASSERT(rs_store_links_by_hash("new.pem", 0xabc, true));
    CU_ASSERT(leads_to(RS_STORE_FOLDER "/00000abc.0", "new.pem"));
    CU_ASSERT(rs_store_links_by_hash("new.pem", 0xabc, false));
    /* Another root of the same subject has the next number, and each its own only once. */
    CU_ASSERT(rs_store_links_by_hash("more.pem", 0xabc, true));
    CU_ASSERT(rs_store_links_by_hash("more.pem", 0xabc, true));
    CU_ASSERT(leads_to(RS_STORE_FOLDER "/00000abc.1", "more.pem"));
    CU_ASSERT_EQUAL(access(RS_STORE_FOLDER "/00000abc.2", F_OK), -1);
    /* OpenSSL stops at the first number that is missing. */
    must(unlink(RS_STORE_FOLDER "/00000abc.0") == 0);
    CU_ASSERT_FALSE(rs_store_links_by_hash("more.pem", 0xabc, false));
}

static void a_file_is_named_by_that_hash(void)
{
    make_store();
    write_text(RS_STORE_FOLDER "/00000abc.0", "x");
    CU_ASSERT(rs_store_links_by_hash("new.pem", 0xabc, true));
    CU_ASSERT(leads_to(RS_STORE_FOLDER "/00000abc.1", "new.pem"));
    free_roots();
}

static CU_TestInfo tests[] = {
    {"links that lead out of the folder", links_that_lead_out_of_the_folder},
    {"files of others", files_of_others},
    {"links to files of ours", links_to_files_of_ours},
    {"a folder that is not there", a_folder_that_is_not_there},
    {"a link is made and changed", a_link_is_made_and_changed},
    {"what a killed run left is swept", what_a_killed_run_left_is_swept},
    {"links by hash", links_by_hash},
    {"a file is named by that hash", a_file_is_named_by_that_hash},
    CU_TEST_INFO_NULL,
};

OWN_ROOT_SUITE("store_links", tests)
