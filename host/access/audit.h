/* SPDX-License-Identifier: Apache-2.0
 *
 * host/access/audit.h: the record of who changed what.
 */
#ifndef HOST_ACCESS_AUDIT_H
#define HOST_ACCESS_AUDIT_H

#include "host/access/authenticate.h"

typedef struct {
	const Caller *caller; /* NULL: nobody known */
	const char *peer;     /* network address */
	const char *method, *target;
	const char *chain; /* NULL when none is concerned */
	const char *
		subject; /* what came of it: a transaction's id, ...; or NULL */
	int http;	 /* as answered; 0: the caller left before */
	const char *result; /* name of the status */
} AuditRecord;

/* One structured line in the log, area "audit". */
void audit_write(const AuditRecord *record);

#endif
