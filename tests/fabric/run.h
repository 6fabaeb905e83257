/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/fabric/run.h: one run of fabric-bytes.
 */
#ifndef TESTS_FABRIC_RUN_H
#define TESTS_FABRIC_RUN_H

#include "common/common.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "tests/unit/fabric-channel.h"

typedef struct {
	FabricOrgs *orgs;
	const char *dir;
	Arena arena;
	json_t *report;
} Run;

/* A file's path; the caller frees it. */
char *in_dir(const Run *run, const char *name);
void report_hex(json_t *object, const char *name, const void *data, gsize len);
void report_block(Run *run, const char *name, const Common__Block *block);

void write_genesis(Run *run);
void write_block(Run *run);
void write_client(Run *run);

#endif
