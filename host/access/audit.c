/* SPDX-License-Identifier: Apache-2.0 */
#include "host/access/audit.h"

#include "host/ops/log.h"

void
audit_write(const AuditRecord *record)
{
	const Identity *who =
		record->caller != NULL ? record->caller->identity : NULL;
	char http[16];

	g_snprintf(http, sizeof(http), "%d", record->http);
	log_fields("audit", record->chain, record->method, "target",
		   record->target, "caller", who != NULL ? who->name : "",
		   "organisation", who != NULL ? who->organisation : "", "role",
		   role_name(who != NULL ? who->role : ROLE_NONE),
		   "fingerprint", who != NULL ? who->fingerprint : "", "by",
		   record->caller != NULL ? record->caller->by : "", "peer",
		   record->peer, "http", http, "result", record->result,
		   "subject", record->subject != NULL ? record->subject : "",
		   NULL);
}
