/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files that a service of systemd takes its environment from.
 */
#ifndef RS_ENVIRONMENT_FILES_H
#define RS_ENVIRONMENT_FILES_H

/*
 * Warns of each EnvironmentFile= of the unit, or of its drop-ins, that sets OPENSSL_CONF: it wins
 * over Environment=. `unit` is the full name. Specifiers such as %i are not resolved.
 */
void rs_environment_files_warn(const char *unit);

#endif
