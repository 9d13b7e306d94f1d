/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The source itself is compiled in, so that its table of copies can be filled and its memory
 * made to fail; the system's log is a double.
 */
#include "tests/unit/rows.h"
#include "tests/unit/suite.h"
#include "tests/unit/syslog_double.h"

static bool no_memory;

#define calloc(count, size) (no_memory ? NULL : calloc(count, size))
#include "provider/openssl_copy.c"
#undef calloc

#include <openssl/crypto.h>

/* In the library itself: the address of a function may be that of a stub in this program. */
static const void *in_libcrypto(const char *name)
{
    CU_ASSERT(OpenSSL_version_num() >= 0x30000000L); /* or it would not be linked */
    const void *function = dlsym(RTLD_DEFAULT, name);
    CU_ASSERT_PTR_NOT_NULL_FATAL(function);
    return function;
}

static void forget_copies(void)
{
    for (size_t i = 0; i < RS_OPENSSL_COPIES_MAX; i++) {
        rs_openssl_copy *copy = atomic_exchange(&copies[i], NULL);
        copy_free(copy);
    }
}

static void address_in_libcrypto(void)
{
    log_reset();
    const rs_openssl_copy *copy = rs_openssl_copy_of(in_libcrypto("X509_verify_cert"), true);
    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    CU_ASSERT(copy->number == 0);
    CU_ASSERT(rs_openssl_copy_of(in_libcrypto("OPENSSL_cleanup"), true) == copy);
    CU_ASSERT(log_count == 0);
}

static void every_function_is_the_one_of_its_name(void)
{
    const rs_openssl_copy *copy = rs_openssl_copy_of(in_libcrypto("X509_verify_cert"), true);
    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    for (size_t i = 0; i < ROWS(functions); i++) {
        const void *function;
        memcpy(&function, (const char *)copy + functions[i].offset, sizeof function);
        if (functions[i].later && dlsym(RTLD_DEFAULT, functions[i].name) == NULL) {
            dlerror();
            CHECK_ROW(function == NULL, functions[i].name);
            continue;
        }
        CHECK_ROW(function == in_libcrypto(functions[i].name), functions[i].name);
    }
}

/* Leaves no message for the next dlerror of the application, and says what is not guarded. */
static void check_refused(const void *address, const char *shown)
{
    char expected[300];
    log_reset();
    CHECK_ROW(rs_openssl_copy_of(address, true) == NULL, shown);
    CHECK_ROW(dlerror() == NULL, shown);
    snprintf(expected, sizeof expected, "%s\"}", shown);
    CHECK_ROW(strstr(log_text, "\"problem\":\"this copy of OpenSSL hides") != NULL, shown);
    CHECK_ROW(log_count == 1 && strstr(log_text, expected) != NULL, shown);
    CHECK_ROW(rs_openssl_copy_of(address, false) == NULL, shown);
    CHECK_ROW(log_count == 1, shown);
}

static void address_in_no_object(void)
{
    int on_stack = 0;
    void *on_heap = malloc(1);
    check_refused(NULL, "object\":\"");
    check_refused(&on_stack, "object\":\"");
    check_refused(on_heap, "object\":\"");
    free(on_heap);
}

static void address_in_another_library(void)
{
    check_refused(dlsym(RTLD_DEFAULT, "gnu_get_libc_version"), "libc.so.6");
}

/* The program can call all the functions, but they are not its own. */
static void address_in_the_program(void)
{
    check_refused((const void *)functions, "object\":\"");
}

static void without_memory(void)
{
    forget_copies();
    no_memory = true;
    /* The first one has a place for that. */
    const rs_openssl_copy *first = rs_openssl_copy_of(in_libcrypto("X509_verify_cert"), true);
    CU_ASSERT(first == &reserve);
    CU_ASSERT(rs_openssl_copy_of(in_libcrypto("X509_verify_cert"), true) == first);
    atomic_store(&copies[0], NULL); /* as if it were another's */
    check_refused(in_libcrypto("X509_verify_cert"), "libcrypto.so.3");
    no_memory = false;
    CU_ASSERT_PTR_NOT_NULL(rs_openssl_copy_of(in_libcrypto("X509_verify_cert"), true));
    copy_free(&reserve);
    CU_ASSERT(!atomic_load(&reserve_taken));
}

static rs_openssl_copy *copy_at(uintptr_t base)
{
    rs_openssl_copy *copy = calloc(1, sizeof *copy);
    CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
    copy->base = base;
    return copy;
}

static void more_copies_than_there_is_room_for(void)
{
    forget_copies();
    for (unsigned i = 0; i < RS_OPENSSL_COPIES_MAX; i++) {
        const rs_openssl_copy *copy = publish(copy_at(1 + i), 0);
        CU_ASSERT_PTR_NOT_NULL_FATAL(copy);
        CU_ASSERT(copy->number == i);
    }
    CU_ASSERT_PTR_NULL(publish(copy_at(1 + RS_OPENSSL_COPIES_MAX), 0));
    check_refused(in_libcrypto("X509_verify_cert"), "libcrypto.so.3");
    forget_copies();
}

static void another_thread_was_faster(void)
{
    forget_copies();
    const rs_openssl_copy *first = publish(copy_at(1), 0), *other = publish(copy_at(2), 0);
    CU_ASSERT(publish(copy_at(1), 0) == first);
    CU_ASSERT(publish(copy_at(2), 1) == other);
    CU_ASSERT(other != first && other->number == 1);
    forget_copies();
}

static void segments_end_where_they_end(void)
{
    static const ElfW(Phdr) segments[] = {
        {.p_type = PT_NOTE, .p_vaddr = 0, .p_memsz = 0x10000},
        {.p_type = PT_LOAD, .p_vaddr = 0x1000, .p_memsz = 0x100},
        {.p_type = PT_LOAD, .p_vaddr = 0x3000, .p_memsz = 0x100},
    };
    object o = {.base = 0x400000, .segments = segments, .segment_count = 3};
    CU_ASSERT(!holds(&o, 0x400fff));
    CU_ASSERT(holds(&o, 0x401000));
    CU_ASSERT(holds(&o, 0x4010ff));
    CU_ASSERT(!holds(&o, 0x401100));
    CU_ASSERT(holds(&o, 0x4030ff));
    CU_ASSERT(!holds(&o, 0x403100));
    CU_ASSERT(!holds(&o, 0x1000));
    CU_ASSERT(!holds(&o, UINTPTR_MAX));
}

static CU_TestInfo tests[] = {
    {"address in libcrypto", address_in_libcrypto},
    {"every function is the one of its name", every_function_is_the_one_of_its_name},
    {"address in no object", address_in_no_object},
    {"address in another library", address_in_another_library},
    {"address in the program", address_in_the_program},
    {"without memory", without_memory},
    {"more copies than there is room for", more_copies_than_there_is_room_for},
    {"another thread was faster", another_thread_was_faster},
    {"segments end where they end", segments_end_where_they_end},
    CU_TEST_INFO_NULL,
};

RS_SUITE("openssl_copy", tests)
