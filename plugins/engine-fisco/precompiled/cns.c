/* SPDX-License-Identifier: Apache-2.0
 *
 * 0x1004: names of contracts. It is the registry's names that it shows: what
 * is deployed with a name is an entry, and an entry is a name to call by. In
 * FISCO BCOS a name is nobody's; here it belongs to who entered it first.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>

#include "plugins/engine-fisco/codes.h"
#include "plugins/engine-fisco/precompiled/contracts.h"
#include "plugins/engine-fisco/precompiled/rights.h"
#include "plugins/engine-fisco/release.h"
#include "plugins/kit/json.h"

enum {
	CNS_DONE = 1,
	CNS_DENIED = -50000,
	CNS_EXISTS = -51200,
	CNS_VERSION_LENGTH = -51201,
	CNS_INVALID = -51202, /* an address, a name or a version */
};

/* Bytes of all entries that one select gives. */
#define SELECT_MAX (1u << 20)

/* ---- entering ---------------------------------------------------------- */

/* What an insert says, as text. */
typedef struct {
	char *name;
	char *version;
	char *abi;
	guint8 address[ADDRESS_LEN];
} Insert;

static void
insert_clear(Insert *insert)
{
	g_clear_pointer(&insert->name, g_free);
	g_clear_pointer(&insert->version, g_free);
	g_clear_pointer(&insert->abi, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Insert, insert_clear)

static char *
text_of(const Arg *arg)
{
	return g_strndup((const char *)arg->bytes.data, arg->bytes.len);
}

/* Returns 0, or the code of what is wrong. */
static gint64
insert_read(const PrecompiledCall *call, Insert *insert)
{
	const Arg *args = call->args;

	insert->name = text_of(&args[0]);
	insert->version = text_of(&args[1]);
	insert->abi = text_of(&args[3]);
	if (args[1].bytes.len > CONTRACT_VERSION_MAX)
		return CNS_VERSION_LENGTH;
	if (args[0].bytes.len == 0 || args[0].bytes.len > CONTRACT_NAME_MAX ||
	    args[1].bytes.len == 0 || args[3].bytes.len > EXTRA_DATA_MAX ||
	    !contract_is_label(insert->name) ||
	    g_str_has_prefix(insert->name, "0x") ||
	    !contract_is_label(insert->version) ||
	    !g_utf8_validate(insert->abi, (gssize)args[3].bytes.len, NULL) ||
	    !rights_address(&args[2], insert->address))
		return CNS_INVALID;
	return 0;
}

static gint64
result_of(guint32 code)
{
	switch (code) {
	case FISCO_OK:
		return CNS_DONE;
	case FISCO_ADDRESS_USED:
		return CNS_EXISTS;
	case FISCO_NO_DEPLOY:
		return CNS_DENIED;
	}
	return CNS_INVALID;
}

static int32_t
insert(PrecompiledCall *call)
{
	g_auto(Insert) insert = { .name = NULL };
	Actor actor;
	guint32 code;
	gint64 problem;
	int32_t status = rights_begin(call, &actor);

	if (status != BSN_OK)
		return status;
	problem = insert_read(call, &insert);
	if (problem != 0)
		return precompiled_answer(call, problem);
	status = precompiled_charge(call, call->args[3].bytes.len *
						  GAS_WRITE_BYTE);
	if (status == BSN_OK)
		status = contract_name_enter(call->state, insert.name,
					     insert.version, insert.address,
					     insert.abi, call->origin, &code);
	return status == BSN_OK ? precompiled_answer(call, result_of(code))
				: status;
}

/* ---- reading ----------------------------------------------------------- */

static int32_t
append_entry(PrecompiledCall *call, const char *name,
	     const ContractName *versions, guint index, gsize *bytes,
	     json_t *array)
{
	const ContractVersion *version = &g_array_index(
		versions->versions, ContractVersion, index);
	bsn_slice abi = bsn_slice_of(NULL, 0);
	int32_t status = contract_name_abi(call->state, bsn_slice_str(name),
					   index, version->address, &abi);

	if (status != BSN_OK && status != BSN_NOT_FOUND)
		return status;
	*bytes += abi.len + sizeof(*version);
	if (*bytes > SELECT_MAX)
		return precompiled_fail(call, "the entries of %s are over %u "
					      "bytes: select one version",
					name, SELECT_MAX);
	json_array_append_new(
		array,
		json_pack("{s:s, s:s, s:o, s:o}", "name", name, "version",
			  version->version, "address",
			  rights_hex(version->address), "abi",
			  abi.len > 0 ? json_stringn((const char *)abi.data,
						     abi.len)
				      : json_string("")));
	return precompiled_charge(call, GAS_READ + abi.len * GAS_READ_BYTE);
}

/* All versions, or the one given. */
static int32_t
select_entries(PrecompiledCall *call, const Arg *version)
{
	g_auto(ContractName) found = { .versions = NULL };
	g_autofree char *name = text_of(&call->args[0]);
	json_t *array = json_array();
	gsize bytes = 0;
	int32_t status = contract_name_load(call->state, call->args[0].bytes,
					    &found);

	for (guint i = 0; status == BSN_OK && i < found.versions->len; i++) {
		const char *one = g_array_index(found.versions,
						ContractVersion, i)
					  .version;

		if (version == NULL ||
		    bsn_slice_equal(bsn_slice_str(one), version->bytes))
			status = append_entry(call, name, &found, i, &bytes,
					      array);
	}
	if (status == BSN_OK || status == BSN_NOT_FOUND)
		return rights_put_json(call, array);
	json_decref(array);
	return status;
}

static int32_t
select_by_name(PrecompiledCall *call)
{
	return select_entries(call, NULL);
}

static int32_t
select_by_version(PrecompiledCall *call)
{
	return select_entries(call, &call->args[1]);
}

/* Without a version: the one that who signed gets, as in a call by name. The
 * zero address when there is none. */
static int32_t
get_address(PrecompiledCall *call)
{
	const Arg *args = call->args;
	g_autofree char *text = NULL;
	guint8 address[ADDRESS_LEN] = { 0 };
	int32_t status = BSN_NOT_FOUND;

	if (args[0].bytes.len > CONTRACT_NAME_MAX ||
	    args[1].bytes.len > CONTRACT_VERSION_MAX)
		return precompiled_fail(call, "a name or version is too long");
	text = g_strdup_printf("%.*s%s%.*s", (int)args[0].bytes.len,
			       (const char *)args[0].bytes.data,
			       args[1].bytes.len > 0 ? "@" : "",
			       (int)args[1].bytes.len,
			       (const char *)args[1].bytes.data);
	if (contract_is_label(text) || args[1].bytes.len > 0)
		status = contract_resolve(call->state, bsn_slice_str(text),
					  call->origin, address, NULL);
	if (status < 0)
		return status;
	results_put_address(&call->results, address);
	return BSN_OK;
}

/* ---- releases ---------------------------------------------------------- */

/* These are ours; what cannot be done reverts with the reason. */
static int32_t
answer_release(PrecompiledCall *call, int32_t status, guint32 code,
	       const char *problem)
{
	if (status != BSN_OK)
		return status;
	if (code != FISCO_OK)
		return precompiled_fail(call, "%.*s: %s",
					(int)MIN(call->args[0].bytes.len,
						 CONTRACT_NAME_MAX),
					(const char *)call->args[0].bytes.data,
					problem);
	return precompiled_answer(call, CNS_DONE);
}

static int32_t
promote(PrecompiledCall *call)
{
	Actor actor;
	guint32 code = FISCO_OK;
	const char *problem = NULL;
	int32_t status = rights_begin(call, &actor);

	if (status == BSN_OK)
		status = release_promote(call->state, call->args[0].bytes,
					 call->origin, &code, &problem);
	return answer_release(call, status, code, problem);
}

static int32_t
roll_back(PrecompiledCall *call)
{
	Actor actor;
	guint32 code = FISCO_OK;
	const char *problem = NULL;
	int32_t status = rights_begin(call, &actor);

	if (status == BSN_OK)
		status = release_rollback(call->state, call->args[0].bytes,
					  call->origin, &code, &problem);
	return answer_release(call, status, code, problem);
}

static int32_t
read_grey(PrecompiledCall *call, Grey *grey)
{
	const Arg *callers = &call->args[2];

	if (!arg_count(&call->args[1], &grey->percent) || grey->percent > 100)
		return precompiled_fail(call, "percent is from 0 to 100");
	for (guint i = 0; i < callers->n; i++)
		if (!grey_add_caller(grey, callers->items[i].data))
			return precompiled_fail(call, "at most %u callers can "
						      "be named",
						GREY_CALLERS_MAX);
	return precompiled_charge(call, (guint64)callers->n * ADDRESS_LEN *
						GAS_WRITE_BYTE);
}

static int32_t
set_grey(PrecompiledCall *call)
{
	g_auto(Grey) grey = { .callers = NULL };
	Actor actor;
	guint32 code = FISCO_OK;
	const char *problem = NULL;
	int32_t status = rights_begin(call, &actor);

	if (status == BSN_OK)
		status = read_grey(call, &grey);
	if (status == BSN_OK)
		status = release_grey(call->state, call->args[0].bytes, &grey,
				      call->origin, &code, &problem);
	return answer_release(call, status, code, problem);
}

static const PrecompiledFunction functions[] = {
	{ 0xa216464b, 0xb8eaa08d, "insert(string,string,string,string)",
	  insert, GAS_LIST_WRITES },
	{ 0x819a3d62, 0x078af4af, "selectByName(string)", select_by_name,
	  GAS_LIST_READS },
	{ 0x897f0251, 0xec72a422, "selectByNameAndVersion(string,string)",
	  select_by_version, GAS_LIST_READS },
	{ 0xf85f8126, 0xf1a31bfa, "getContractAddress(string,string)",
	  get_address, GAS_LIST_READS },
	{ 0xca5bfe71, 0x0d70d05a, "promote(string)", promote,
	  GAS_LIST_WRITES },
	{ 0x1667a54e, 0x4ba0c57d, "rollback(string)", roll_back,
	  GAS_LIST_WRITES },
	{ 0xe595efb4, 0xd03eee48, "grey(string,uint256,address[])", set_grey,
	  GAS_LIST_WRITES },
};

const PrecompiledContract cns_contract = {
	"CNS",
	0x1004,
	functions,
	G_N_ELEMENTS(functions),
};
