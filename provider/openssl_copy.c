/* SPDX-License-Identifier: Apache-2.0 */
#include "provider/openssl_copy.h"

#include "provider/reserve.h"
#include "provider/telemetry/event.h"

#include <dlfcn.h>
#include <link.h>
#include <stdlib.h>

static _Atomic(rs_openssl_copy *) copies[RS_OPENSSL_COPIES_MAX];

/* A loaded object: its name, and the segments that its addresses lie in. */
typedef struct object {
    uintptr_t address; /* the one that is looked for */
    bool found;
    uintptr_t base;
    const char *name;
    const ElfW(Phdr) * segments;
    size_t segment_count;
} object;

static bool holds(const object *o, uintptr_t address)
{
    for (size_t i = 0; i < o->segment_count; i++) {
        const ElfW(Phdr) *segment = &o->segments[i];
        if (segment->p_type == PT_LOAD && address >= o->base + segment->p_vaddr &&
            address - (o->base + segment->p_vaddr) < segment->p_memsz)
            return true;
    }
    return false;
}

static int is_holder(struct dl_phdr_info *info, size_t size, void *arg)
{
    object *o = arg;
    (void)size;
    o->base = info->dlpi_addr;
    o->name = info->dlpi_name;
    o->segments = info->dlpi_phdr;
    o->segment_count = info->dlpi_phnum;
    o->found = holds(o, o->address);
    return o->found;
}

/* dladdr would tell the same, but takes 60 us on libcrypto: it searches all its symbols. */
static bool find_object(const void *address, object *o)
{
    *o = (object){.address = (uintptr_t)address};
    dl_iterate_phdr(is_holder, o);
    return o->found;
}

/* The name itself: a pointer to it would be relocated in each process, and take memory there. */
typedef struct wanted {
    char name[36];
    bool later;      /* there from OpenSSL 3.5 on */
    uint16_t offset; /* of the pointer in rs_openssl_copy */
} wanted;

static const wanted functions[] = {
#define RS_OPENSSL_WANTED(type, name, arguments)                                                   \
    {#name, false, offsetof(rs_openssl_copy, table.name)},
    RS_OPENSSL_CHAIN_FUNCTIONS(RS_OPENSSL_WANTED)
#undef RS_OPENSSL_WANTED
#define RS_OPENSSL_WANTED(type, name, arguments) {#name, false, offsetof(rs_openssl_copy, name)},
        RS_OPENSSL_HOOK_FUNCTIONS(RS_OPENSSL_WANTED)
#undef RS_OPENSSL_WANTED
#define RS_OPENSSL_WANTED(type, name, arguments) {#name, true, offsetof(rs_openssl_copy, name)},
            RS_OPENSSL_LATER_FUNCTIONS(RS_OPENSSL_WANTED)
#undef RS_OPENSSL_WANTED
};

/* Of the functions that are looked up before. */
static bool has_later(const rs_openssl_copy *copy)
{
    unsigned major = copy->table.OPENSSL_version_major();
    return major > 3 || (major == 3 && copy->OPENSSL_version_minor() >= 5);
}

/* Looks each function up in the object itself: another's would be another copy's. */
static bool resolve(void *handle, const object *o, rs_openssl_copy *copy)
{
    for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
        /* What is not there is not asked for: the text of dlsym's error costs much. */
        bool expected = !functions[i].later || has_later(copy);
        void *function = expected ? dlsym(handle, functions[i].name) : NULL;
        if (function == NULL || !holds(o, (uintptr_t)function)) {
            if (!functions[i].later)
                return false;
            function = NULL;
            if (expected)
                dlerror(); /* it is no message for the application */
        }
        memcpy((char *)copy + functions[i].offset, &function, sizeof function);
    }
    return true;
}

/*
 * For the first copy that there is no memory for: without it the process would go on unguarded.
 * Hardly any process has a second copy, and hardly any runs out of memory before it has started.
 */
static rs_openssl_copy reserve RS_RESERVE;
static atomic_bool reserve_taken;

static rs_openssl_copy *copy_alloc(void)
{
    rs_openssl_copy *copy = calloc(1, sizeof *copy);
    return copy != NULL || atomic_exchange(&reserve_taken, true) ? copy : &reserve;
}

static void copy_free(rs_openssl_copy *copy)
{
    if (copy == &reserve)
        atomic_store(&reserve_taken, false);
    else
        free(copy);
}

static rs_openssl_copy *copy_new(const object *o)
{
    /* The main program has no name. The handle stays open: a copy that is in use must not go. */
    void *handle = dlopen(o->name[0] == '\0' ? NULL : o->name, RTLD_NOLOAD | RTLD_LAZY);
    if (handle == NULL) {
        dlerror(); /* it is no message for the application */
        return NULL;
    }
    rs_openssl_copy *copy = copy_alloc();
    if (copy == NULL) {
        dlclose(handle);
        return NULL;
    }
    copy->base = o->base;
    if (resolve(handle, o, copy))
        return copy;
    copy_free(copy);
    dlclose(handle);
    dlerror();
    return NULL;
}

/* The copy that is loaded at `base`; NULL, and the first free place, if it is not known yet. */
static const rs_openssl_copy *find_copy(uintptr_t base, unsigned *place)
{
    for (*place = 0; *place < RS_OPENSSL_COPIES_MAX; ++*place) {
        const rs_openssl_copy *copy = atomic_load(&copies[*place]);
        if (copy == NULL || copy->base == base)
            return copy;
    }
    return NULL;
}

/* Remembers a copy that was just made; another thread may have been faster. */
static const rs_openssl_copy *publish(rs_openssl_copy *made, unsigned place)
{
    for (; place < RS_OPENSSL_COPIES_MAX; place++) {
        rs_openssl_copy *present = NULL;
        made->number = place;
        if (atomic_compare_exchange_strong(&copies[place], &present, made))
            return made;
        if (present->base == made->base) {
            copy_free(made);
            return present;
        }
    }
    copy_free(made);
    return NULL;
}

/* The copy in an object that was not asked for before; NULL if it cannot be guarded. */
static const rs_openssl_copy *learn_copy(const object *o, unsigned place)
{
    rs_openssl_copy *made = place < RS_OPENSSL_COPIES_MAX ? copy_new(o) : NULL;
    return made == NULL ? NULL : publish(made, place);
}

const rs_openssl_copy *rs_openssl_copy_of(const void *address, bool tell)
{
    object o;
    unsigned place;
    const rs_openssl_copy *copy = NULL;
    if (find_object(address, &o) && (copy = find_copy(o.base, &place)) == NULL)
        copy = learn_copy(&o, place);
    if (copy == NULL && tell)
        rs_event_unguarded(o.found ? o.name : "",
                           "this copy of OpenSSL hides the functions that the guard needs");
    return copy;
}
