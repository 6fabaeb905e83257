/* SPDX-License-Identifier: Apache-2.0
 *
 * 0x1005: who may write tables and call contracts.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/access/committee.h"
#include "plugins/engine-fisco/access/managers.h"
#include "plugins/engine-fisco/precompiled/contracts.h"
#include "plugins/engine-fisco/precompiled/rights.h"
#include "plugins/engine-fisco/services.h"
#include "plugins/engine-fisco/wasm.h"
#include "plugins/kit/hex.h"

enum {
	RIGHT_DONE = 1,
	RIGHT_DENIED = -50000,
	RIGHT_ADDRESS = -50102,
	RIGHT_EXISTS = -51000,
	RIGHT_ABSENT = -51001,
	RIGHT_TABLE_NAME = -51002,
	RIGHT_NO_CONTRACT = -51003,
	RIGHT_COMMITTEE = -51004, /* the committee's own: 0x1008 changes it */
};

static gint64
result_of(AccessChange change, gboolean enter)
{
	switch (change) {
	case ACCESS_CHANGED:
		return RIGHT_DONE;
	case ACCESS_SAME:
		return enter ? RIGHT_EXISTS : RIGHT_ABSENT;
	case ACCESS_FULL:
		return RIGHT_DENIED;
	}
	return RIGHT_DENIED;
}

static int32_t
change_list(const Actor *actor, const AccessKey *key, const guint8 *user,
	    gboolean enter, gint64 *result)
{
	AccessChange change;
	int32_t status = enter ? access_add(actor->state, key, user,
					    actor->number, &change)
			       : access_remove(actor->state, key, user,
					       &change);

	if (status == BSN_OK)
		*result = result_of(change, enter);
	return status;
}

/* ---- tables ------------------------------------------------------------ */

static gboolean
table_name(const Arg *arg, char *table)
{
	if (arg->bytes.len == 0 || arg->bytes.len > ACCESS_TABLE_MAX)
		return FALSE;
	memcpy(table, arg->bytes.data, arg->bytes.len);
	table[arg->bytes.len] = '\0';
	return memchr(table, '\0', arg->bytes.len) == NULL;
}

static gboolean
is_one_of(const char *table, const char *one, const char *other)
{
	return strcmp(table, one) == 0 || strcmp(table, other) == 0;
}

/* *result is 0 when the list may be changed. */
static int32_t
check_table(const Actor *actor, const char *table, const guint8 *user,
	    gboolean enter, gint64 *result)
{
	AccessKey key = access_table(TABLE_ACCESS);
	gboolean allowed, committee, member;
	int32_t status = access_allows(actor->state, &key, actor->origin,
				       &allowed);

	if (status == BSN_OK)
		status = committee_has(actor->state, user, &committee,
				       &member);
	if (status != BSN_OK)
		return status;
	*result = 0;
	if (!allowed)
		*result = RIGHT_DENIED;
	else if (strcmp(table, TABLE_ACCESS) == 0 ||
		 (committee && is_one_of(table, TABLE_CONFIG, TABLE_CONSENSUS)))
		*result = RIGHT_COMMITTEE;
	else if (enter && member && is_one_of(table, TABLE_DEPLOY, TABLE_CNS))
		*result = GOVERN_MEMBER_NO_OPERATOR;
	return BSN_OK;
}

static int32_t
change_table(PrecompiledCall *call, gboolean enter)
{
	char table[ACCESS_TABLE_MAX + 1];
	guint8 user[ADDRESS_LEN];
	AccessKey key;
	Actor actor;
	gint64 result;
	int32_t status = rights_begin(call, &actor);

	if (status != BSN_OK)
		return status;
	if (!table_name(&call->args[0], table))
		return precompiled_answer(call, RIGHT_TABLE_NAME);
	if (!rights_address(&call->args[1], user))
		return precompiled_answer(call, RIGHT_ADDRESS);
	key = access_table(table);
	status = check_table(&actor, table, user, enter, &result);
	if (status == BSN_OK && result == 0)
		status = change_list(&actor, &key, user, enter, &result);
	return status == BSN_OK ? precompiled_answer(call, result) : status;
}

static int32_t
insert(PrecompiledCall *call)
{
	return change_table(call, TRUE);
}

static int32_t
take_out(PrecompiledCall *call)
{
	return change_table(call, FALSE);
}

static int32_t
query_by_name(PrecompiledCall *call)
{
	char table[ACCESS_TABLE_MAX + 1];
	AccessKey key;

	if (!table_name(&call->args[0], table))
		return rights_put_json(call, json_array());
	key = access_table(table);
	return rights_put_list(call, &key, table);
}

/* ---- contracts and their functions ------------------------------------- */

/* The first 4 bytes of a signature's digest, by the hash that the contract
 * was compiled for; of WebAssembly, wasm_selector's. */
static int32_t
selector_of(PrecompiledCall *call, const Contract *contract, guint8 *selector)
{
	bsn_slice signature = call->args[1].bytes;
	const bsn_hash *hash = wasm_chain(call->ledger)
				       ? call->ledger->suite.hash
				       : suite_selector_hash(contract->sm3);
	guint8 digest[BSN_DIGEST_MAX];

	if (memchr(signature.data, '(', signature.len) == NULL)
		return precompiled_fail(call, "give a function by its "
					      "signature, name(type,...)");
	if (hash == NULL || hash->digest(&signature, 1, digest) != BSN_OK)
		return BSN_E_VERSION;
	memcpy(selector, digest, SELECTOR_LEN);
	return BSN_OK;
}

/* The list of a contract, or of the function that argument 1 names. */
static int32_t
call_key(PrecompiledCall *call, const Contract *contract, gboolean function,
	 AccessKey *key)
{
	guint8 selector[SELECTOR_LEN];
	int32_t status;

	*key = access_contract(contract->address);
	if (!function)
		return BSN_OK;
	status = selector_of(call, contract, selector);
	if (status == BSN_OK)
		*key = access_function(contract->address, selector);
	return status;
}

/* Whose it is: those who manage the contract, and the committee. */
static int32_t
may_change(const Actor *actor, const Contract *contract, gboolean *may)
{
	gboolean exists, member, manages;
	int32_t status = managers_have(actor->state, contract, actor->origin,
				       &manages);

	if (status == BSN_OK)
		status = committee_has(actor->state, actor->origin, &exists,
				       &member);
	*may = status == BSN_OK && (manages || member);
	return status;
}

static int32_t
change_call(PrecompiledCall *call, gboolean function, gboolean enter)
{
	const guint8 *user = call->args[function ? 2 : 1].bytes.data;
	Contract contract;
	AccessKey key;
	Actor actor;
	gboolean may;
	gint64 result;
	int32_t status = rights_begin(call, &actor);

	if (status == BSN_OK)
		status = contract_load(call->state, call->args[0].bytes.data,
				       &contract);
	if (status == BSN_NOT_FOUND)
		return precompiled_answer(call, RIGHT_NO_CONTRACT);
	if (status == BSN_OK)
		status = may_change(&actor, &contract, &may);
	if (status != BSN_OK)
		return status;
	if (!may)
		return precompiled_answer(call, RIGHT_DENIED);
	status = call_key(call, &contract, function, &key);
	if (status == BSN_OK)
		status = change_list(&actor, &key, user, enter, &result);
	return status == BSN_OK ? precompiled_answer(call, result) : status;
}

static int32_t
grant_write(PrecompiledCall *call)
{
	return change_call(call, FALSE, TRUE);
}

static int32_t
revoke_write(PrecompiledCall *call)
{
	return change_call(call, FALSE, FALSE);
}

static int32_t
grant_function(PrecompiledCall *call)
{
	return change_call(call, TRUE, TRUE);
}

static int32_t
revoke_function(PrecompiledCall *call)
{
	return change_call(call, TRUE, FALSE);
}

/* FISCO's name of a contract's table. */
static int32_t
query_call(PrecompiledCall *call, gboolean function)
{
	g_autofree char *hex = hex_encode(call->args[0].bytes);
	g_autofree char *table = g_strdup_printf("c_%s", hex + 2);
	Contract contract;
	AccessKey key;
	int32_t status = contract_load(call->state, call->args[0].bytes.data,
				       &contract);

	if (status == BSN_NOT_FOUND)
		return rights_put_json(call, json_array());
	if (status == BSN_OK)
		status = call_key(call, &contract, function, &key);
	return status == BSN_OK ? rights_put_list(call, &key, table) : status;
}

static int32_t
query_permission(PrecompiledCall *call)
{
	return query_call(call, FALSE);
}

static int32_t
query_function(PrecompiledCall *call)
{
	return query_call(call, TRUE);
}

static const PrecompiledFunction functions[] = {
	{ 0x06e63ff8, 0xce0a9fb9, "insert(string,string)", insert,
	  GAS_LIST_WRITES },
	{ 0x44590a7e, 0x85d23afc, "remove(string,string)", take_out,
	  GAS_LIST_WRITES },
	{ 0x20586031, 0xbbec3f91, "queryByName(string)", query_by_name,
	  GAS_LIST_READS },
	{ 0x96ec37c4, 0xd010d23c, "grantWrite(address,address)", grant_write,
	  GAS_LIST_WRITES },
	{ 0x99c26010, 0xdf12fe78, "revokeWrite(address,address)",
	  revoke_write, GAS_LIST_WRITES },
	{ 0x54ad6352, 0x67547e08, "queryPermission(address)",
	  query_permission, GAS_LIST_READS },
	{ 0xe2c9e121, 0x13bd507c, "grantFunction(address,string,address)",
	  grant_function, GAS_LIST_WRITES },
	{ 0xfe704e8f, 0x6351df08, "revokeFunction(address,string,address)",
	  revoke_function, GAS_LIST_WRITES },
	{ 0x12ae1a44, 0x1c0b35da, "queryFunction(address,string)",
	  query_function, GAS_LIST_READS },
};

const PrecompiledContract permission_contract = {
	"Permission",
	0x1005,
	functions,
	G_N_ELEMENTS(functions),
};
