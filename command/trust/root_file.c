/* SPDX-License-Identifier: Apache-2.0 */
#include "command/trust/root_file.h"

#include "command/base/cert_file.h"
#include "command/base/message.h"
#include "command/base/server_chain.h"
#include "command/base/text.h"
#include "command/chain/build.h"
#include "command/text/name.h"

#include <errno.h>
#include <openssl/x509v3.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool is_server(const char *path)
{
    rs_arena arena = {0};
    rs_server server;
    bool is = access(path, F_OK) != 0 && strchr(path, ':') != NULL &&
              rs_server_read(&arena, path, &server);
    rs_arena_clear(&arena);
    return is;
}

/* Says why a trust store must not have it; false if it may. */
static bool is_unfit(const char *path, X509 *certificate)
{
    rs_arena arena = {0};
    const char *subject = rs_name_text_of_subject(&arena, certificate);
    const char *validity = rs_chain_build_validity(certificate);
    bool unfit = true;
    if (X509_check_ca(certificate) == 0)
        rs_message_error("%s: %s is not a CA certificate; give that of the root that issued it",
                         path, subject);
    else if (validity != NULL)
        rs_message_error("%s: %s %s", path, subject, validity);
    else if (X509_self_signed(certificate, 1) != 1)
        rs_message_error("%s: %s is not self-signed; give the root above it", path, subject);
    else
        unfit = false;
    rs_arena_clear(&arena);
    return unfit;
}

X509 *rs_root_file_read(const char *path)
{
    char why[RS_CERT_FILE_REASON_SIZE];
    if (is_server(path)) {
        rs_message_error("%s: anybody can pose as a server and send a root; get its file from "
                         "those who run the CA",
                         path);
        return NULL;
    }
    X509 *root = rs_cert_file_read_root(path, why);
    if (root == NULL)
        rs_message_error("%s: %s", path, why);
    if (root != NULL && is_unfit(path, root)) {
        X509_free(root);
        root = NULL;
    }
    return root;
}

/* Where mkcert keeps it; NULL: the user's home folder is unknown. */
static const char *path_of_mkcert(rs_arena *arena)
{
    const char *folder = getenv("CAROOT"), *data = getenv("XDG_DATA_HOME");
    if (folder != NULL && folder[0] != '\0')
        return rs_text_format(arena, "%s/rootCA.pem", folder);
    if (data != NULL && data[0] != '\0')
        return rs_text_format(arena, "%s/mkcert/rootCA.pem", data);
    const char *user = getenv("SUDO_USER"), *home = getenv("HOME");
    const struct passwd *entry = user == NULL ? NULL : getpwnam(user);
    if (entry != NULL)
        home = entry->pw_dir;
    return home == NULL ? NULL : rs_text_format(arena, "%s/.local/share/mkcert/rootCA.pem", home);
}

const char *rs_root_file_of_mkcert(rs_arena *arena)
{
    static const char advice[] = "give the file rootCA.pem in the folder that `mkcert -CAROOT` "
                                 "prints to the user who runs mkcert";
    const char *path = path_of_mkcert(arena);
    if (path == NULL) {
        rs_message_error("your home folder is unknown; %s", advice);
    } else if (access(path, F_OK) != 0) {
        rs_message_error("%s: %s; %s", path, strerror(errno), advice);
        path = NULL;
    }
    return path;
}
