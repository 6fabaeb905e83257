/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/bench/record_members.h: the members of a record's structures by their
 * names in JSON, for reading and writing alike.
 */
#ifndef TOOLS_BENCH_RECORD_MEMBERS_H
#define TOOLS_BENCH_RECORD_MEMBERS_H

#include "tools/bench/record.h"

typedef enum {
	MEMBER_TEXT,   /* char *, NULL: left out */
	MEMBER_NUMBER, /* double, unknown: left out */
	MEMBER_FLAG,   /* gboolean */
} MemberKind;

typedef struct {
	const char *name; /* NULL ends a table */
	MemberKind kind;
	gboolean needed;
	gsize offset;
} Member;

extern const Member record_members[], latency_members[], point_members[],
	stage_members[], node_members[], step_members[], hosts_members[],
	ramp_members[];

/* Numbers become unknown. */
void members_forget(void *structure, const Member *members);
/* Frees the texts. */
void members_free(void *structure, const Member *members);

/* Into `object`. */
void members_write(json_t *object, const Member *members, const void *from);
/* A number as short as it can be: six digits behind the point. */
json_t *members_number(double value);

/* Members that are not in the object are left as they are. FALSE with an error
 * that names the member after `path`. */
gboolean members_read(const json_t *object, const Member *members, void *into,
		      const char *path, GError **error);
/* A number from 0 on. */
gboolean members_read_number(const json_t *json, const char *path,
			     const char *name, double *out, GError **error);
/* Always FALSE. */
gboolean members_fail(GError **error, const char *path, const char *name,
		      const char *what);

#endif
