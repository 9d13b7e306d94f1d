/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A program of somebody else: consumer LIST ROOT.pem LEAF.pem
 * Prints what the list says of the chain, alone and in a verification.
 */
#include <openssl/pem.h>
#include <rootscope/rootscope.h>
#include <stdio.h>

static X509 *read_certificate(const char *path)
{
    FILE *file = fopen(path, "r");
    X509 *certificate = file == NULL ? NULL : PEM_read_X509(file, NULL, NULL, NULL);
    if (file != NULL)
        fclose(file);
    return certificate;
}

static void judge(const rootscope_list *list, X509 *leaf, X509 *root)
{
    STACK_OF(X509) *chain = sk_X509_new_null();
    rootscope_result *result = rootscope_result_new();
    sk_X509_push(chain, leaf);
    sk_X509_push(chain, root);
    if (rootscope_check_chain(list, chain, NULL, result))
        puts("check: permitted");
    else
        printf("check: error %d at depth %d, %s\n", rootscope_result_error(result),
               rootscope_result_depth(result), rootscope_result_reason(result));
    rootscope_result_free(result);
    sk_X509_free(chain);
}

static void verify(rootscope_list *list, X509 *leaf, X509 *root)
{
    X509_STORE *store = X509_STORE_new();
    X509_STORE_CTX *ctx = X509_STORE_CTX_new();
    X509_STORE_add_cert(store, root);
    if (!rootscope_attach(list, store))
        puts("attach: failed");
    X509_STORE_CTX_init(ctx, store, leaf, NULL);
    int verified = X509_verify_cert(ctx);
    printf("verify: %d, error %d\n", verified, X509_STORE_CTX_get_error(ctx));
    X509_STORE_CTX_free(ctx);
    X509_STORE_free(store);
}

int main(int argc, char **argv)
{
    rootscope_list *list;
    if (argc != 4)
        return 2;
    rootscope_status status = rootscope_list_open(argv[1], &list);
    if (status != ROOTSCOPE_OK) {
        fprintf(stderr, "%s: %s\n", argv[1], rootscope_status_text(status));
        return 2;
    }
    X509 *root = read_certificate(argv[2]), *leaf = read_certificate(argv[3]);
    if (root == NULL || leaf == NULL)
        return 2;
    printf("version: %s\n", rootscope_version());
    judge(list, leaf, root);
    verify(list, leaf, root);
    rootscope_list_free(list);
    X509_free(root);
    X509_free(leaf);
    return 0;
}
