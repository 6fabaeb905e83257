/* SPDX-License-Identifier: Apache-2.0
 *
 * tests/unit/fabric-script.h: a runtime "chaincode" for packages of type "node"
 * whose chaincodes do what a test says, call by call.
 */
#ifndef TESTS_UNIT_FABRIC_SCRIPT_H
#define TESTS_UNIT_FABRIC_SCRIPT_H

#include <bsn/ext/chaincode.h>
#include <glib.h>

#include "peer/chaincode_shim.pb-c.h"

#define SHIM(name) PROTOS__CHAINCODE_MESSAGE__TYPE__##name

/* A call, until script_reset. */
typedef struct {
	bsn_chaincode_run *run; /* NULL: it is over */
	char *package_id;
	char *function; /* first argument */
	gboolean is_init;
	gboolean cancelled;
	guint answers;	/* so far */
	guint32 type;	/* of the last one */
	GByteArray *answer;
} ScriptCall;

extern const bsn_runtime script_runtime;
/* Ids of packages that are started, "a;b;", in order of starting. */
extern GString *script_started;
/* What `start` and `run` answer from now on. */
extern int32_t script_start_status;
extern int32_t script_run_status;

void script_reset(void);
/* The nth call; fails the test when there is none. */
ScriptCall *script_call(guint n);
guint script_n_calls(void);

/* Asks; the answer may be there afterwards. `message` is protobuf-c's. */
void script_ask(ScriptCall *call, guint32 type, const void *message);
void script_ask_bytes(ScriptCall *call, guint32 type, bsn_slice payload);
/* The last answer must be a RESPONSE: its payload as text, g_free it. */
char *script_response(const ScriptCall *call);
/* It must be an ERROR: its sentence. */
char *script_error(const ScriptCall *call);

/* Ends it with a Response. */
void script_finish(ScriptCall *call, int32_t status, const char *payload);
/* With anything. */
void script_end(ScriptCall *call, int32_t status, bsn_slice response,
		bsn_slice event, const char *reason);

#endif
