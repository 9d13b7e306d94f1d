/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One CUnit suite, one program: each test file lists its tests and ends with RS_SUITE.
 */
#ifndef RS_SUITE_H
#define RS_SUITE_H

#include <CUnit/Basic.h>
#include <locale.h>
#include <stdlib.h>

/* Runs a table of tests (ended by CU_TEST_INFO_NULL) as the suite `name`; main's exit status. */
static int rs_suite_run(const char *name, CU_TestInfo *tests)
{
    CU_SuiteInfo suites[] = {
        {.pName = name, .pTests = tests},
        CU_SUITE_INFO_NULL,
    };
    /* The environment's, so that a run in tr_TR.UTF-8 shows what depends on it. */
    setlocale(LC_ALL, "");
    if (CU_initialize_registry() != CUE_SUCCESS || CU_register_suites(suites) != CUE_SUCCESS) {
        fprintf(stderr, "CUnit: %s\n", CU_get_error_msg());
        return EXIT_FAILURE;
    }
    CU_basic_set_mode(CU_BRM_NORMAL);
    CU_ErrorCode ran = CU_basic_run_tests();
    unsigned failed = CU_get_number_of_failures() + CU_get_number_of_suites_failed();
    unsigned asserted = CU_get_number_of_asserts();
    CU_cleanup_registry();
    return ran == CUE_SUCCESS && failed == 0 && asserted > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#define RS_SUITE(name, tests)                                                                      \
    int main(void)                                                                                 \
    {                                                                                              \
        return rs_suite_run(name, tests);                                                          \
    }

#endif
