/* SPDX-License-Identifier: Apache-2.0 */
#include "lib/image/restriction.h"

#include "tests/unit/stanza.h"
#include "tests/unit/suite.h"

enum {
    ALL = (1 << RS_FORMS) - 1,
    HOSTS = RS_ALL_HOST_FORMS,
    DNS = 1 << RS_FORM_DNS,
    EMAIL = 1 << RS_FORM_EMAIL,
    URI = 1 << RS_FORM_URI,
    IP = 1 << RS_FORM_IP,
    CN = 1 << RS_FORM_CN,
    DIRNAME = 1 << RS_FORM_DIRNAME,
    ORGANIZATION = 1 << RS_FORM_ORGANIZATION,
    OTHERNAME = 1 << RS_FORM_OTHERNAME,
    SOME = 1 << RS_FORM_EXTENSION,
};

/* Which forms some rules restrict, as bits. */
static void restricted_forms(void)
{
    static const struct {
        const char *rules;
        int forms;
    } rows[] = {
        {"permit *\npermit ip:*", 0},
        {"permit *", IP | CN | SOME},
        {"permit ip:*", HOSTS | CN | SOME},
        {"permit *\npermit ip:0.0.0.0/0", IP | CN | SOME},
        {"permit *\npermit ip:::/0", IP | CN | SOME},
        {"permit *\npermit ip:0.0.0.0/0\npermit ip:::/0", 0},
        {"permit *\npermit ip:*\nexclude ip:10.0.0.0/8", IP | CN | SOME},
        {"permit *\npermit ip:*\nexclude ip:::1", IP | CN | SOME},
        {"permit corp.example", HOSTS | IP | CN | SOME},
        {"permit .x\npermit ip:*", HOSTS | CN | SOME},
        {"permit single-label\npermit ip:*", HOSTS | CN | SOME},
        {"exclude x", HOSTS | CN | SOME},
        {"exclude a.b.c", HOSTS | CN | SOME},
        {"exclude .x", HOSTS | CN | SOME},
        {"exclude *", HOSTS | CN | SOME},
        {"permit *\npermit ip:*\nexclude a.b.c", HOSTS | CN | SOME},
        {"exclude uri:x", URI | SOME},
        {"exclude dns:x", DNS | CN | SOME},
        {"exclude email:a@b", EMAIL | CN | SOME},
        {"permit *\npermit ip:*\nexclude email:a@b", EMAIL | CN | SOME},
        {"permit *\npermit ip:*\npermit email:a@b", 0},
        {"exclude ip:10.0.0.0/8", IP | CN | SOME},
        {"exclude cn:x", CN | SOME},
        {"exclude cn:*", CN | SOME},
        {"permit *\npermit ip:*\npermit cn:x", 0},
        {"permit *\npermit ip:*\npermit dirname:O=x", DIRNAME | SOME},
        {"exclude dirname:O=x", DIRNAME | SOME},
        {"permit *\npermit ip:*\npermit othername:1.2.3", OTHERNAME | SOME},
        {"exclude othername:1.2.3", OTHERNAME | SOME},
        {"organization x", ORGANIZATION | SOME},
        {"permit x\npermit dirname:O=x\npermit othername:1.2.3\norganization x", ALL},
    };
    for (size_t i = 0; i < ROWS(rows); i++) {
        test_stanza s;
        stanza_open(&s, rows[i].rules);
        for (unsigned form = 0; form < RS_FORMS; form++)
            CHECK_ROW(rs_stanza_restricts(&s.stanza, (rs_form)form) ==
                          ((rows[i].forms >> form & 1) != 0),
                      rows[i].rules);
        CHECK_ROW(rs_stanza_restricts(&s.stanza, RS_FORMS), "no form");
        stanza_close(&s);
    }
}

static CU_TestInfo tests[] = {
    {"restricted forms", restricted_forms},
    CU_TEST_INFO_NULL,
};

RS_SUITE("restriction", tests)
