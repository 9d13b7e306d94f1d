/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tables and views of a store, as docs/survey-store.md describes them.
 */
#ifndef RS_SURVEY_SCHEMA_H
#define RS_SURVEY_SCHEMA_H

/* "RScp" in SQLite's header tells a store from other databases; the version is the schema's. */
enum { RS_SURVEY_SCHEMA_APPLICATION = 0x52536370, RS_SURVEY_SCHEMA_VERSION = 4 };

/* The statements that make all in an empty database, ended by NULL. */
extern const char *const rs_survey_schema[];

#endif
