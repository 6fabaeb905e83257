/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/fabric-run.h"

#include "plugins/engine-fabric/members/votes.h"

#include <bsn/helpers/error.h>

#include "plugins/chaincode/package.h"
#include "plugins/engine-fabric/signed.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"
#include "tests/unit/fabric-script.h"

/* ---- what other parts of the engine would be ---- */

Services services;
static FabricRun *present;

void
services_log(bsn_chain *chain, guint32 level, const char *format, ...)
{
}

Definition *
definition_ref(Definition *definition)
{
	definition->refs++;
	return definition;
}

void
definition_unref(Definition *definition)
{
	if (--definition->refs > 0)
		return;
	g_free(definition->name);
	g_free(definition->version);
	g_free(definition->package_id);
	collection_set_free(definition->collections);
	g_free(definition);
}

static Definition *
find_definition(const char *name)
{
	for (guint i = 0; i < present->definitions->len; i++) {
		Definition *one = present->definitions->pdata[i];

		if (strcmp(one->name, name) == 0)
			return one;
	}
	return NULL;
}

int32_t
lifecycle_find_in(Channel *channel, Simulator *simulator, const char *name,
		  Definition **definition, bsn_err *err)
{
	g_autofree char *key =
		g_strdup_printf("namespaces/fields/%s/Sequence", name);
	g_autoptr(StateItem) item = NULL;
	Definition *found = find_definition(name);
	const int32_t status = simulator_get(simulator, TEXT(LIFECYCLE_NAME),
					     TEXT(key), &item, err);

	if (status != BSN_OK)
		return status;
	if (found == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"chaincode %s is not defined", name);
	*definition = definition_ref(found);
	return BSN_OK;
}

int32_t
config_invoke(SystemCall *call, bsn_err *err)
{
	return bsn_fail(err, BSN_NOT_FOUND, "nobody votes here");
}

int32_t
lifecycle_invoke(SystemCall *call, bsn_err *err)
{
	if (strcmp(call->function, "Fails") == 0)
		return bsn_fail(err, BSN_E_IO, "the disk is gone");
	g_byte_array_append(call->payload, (const guint8 *)call->function,
			    (guint)strlen(call->function));
	return simulator_put(call->simulator, TEXT(LIFECYCLE_NAME),
			     TEXT("invoked"), TEXT(call->function), err);
}

char *
package_type(const Channel *channel, const char *id)
{
	const GByteArray *bytes = g_hash_table_lookup(present->packages, id);
	g_autoptr(ChaincodePackage) package = NULL;

	if (bytes == NULL)
		return NULL;
	g_assert_cmpint(
		chaincode_package_read(buffer_slice(bytes), &package, NULL), ==,
		BSN_OK);
	return g_strdup(package->type);
}

int32_t
package_get(const Channel *channel, const char *id, GByteArray *out,
	    bsn_err *err)
{
	const GByteArray *bytes = g_hash_table_lookup(present->packages, id);

	g_byte_array_append(out, bytes->data, bytes->len);
	return BSN_OK;
}

/* ---- the fixture ---- */

static ProtobufCBinaryData
make_payload(Arena *arena, const char *name, const char *value)
{
	Protos__ChaincodeProposalPayload payload =
		PROTOS__CHAINCODE_PROPOSAL_PAYLOAD__INIT;
	Protos__ChaincodeProposalPayload__TransientMapEntry entry =
		PROTOS__CHAINCODE_PROPOSAL_PAYLOAD__TRANSIENT_MAP_ENTRY__INIT;
	Protos__ChaincodeProposalPayload__TransientMapEntry *list[] = {
		&entry
	};

	entry.key = (char *)name;
	entry.value = fabric_text(value);
	payload.n_transientmap = 1;
	payload.transientmap = list;
	return message_bytes(message_put(arena, &payload));
}

/* A proposal that names its creator and has transient data, as far as the shim
 * looks. */
static GByteArray *
make_proposal(const FabricOrgs *orgs, const char *name, const char *value)
{
	Common__SignatureHeader signer = COMMON__SIGNATURE_HEADER__INIT;
	Common__Header header = COMMON__HEADER__INIT;
	Protos__Proposal proposal = PROTOS__PROPOSAL__INIT;
	Protos__SignedProposal signed_one = PROTOS__SIGNED_PROPOSAL__INIT;
	g_autoptr(GByteArray) creator =
		fabric_serialize(fabric_org_id(0), orgs->clients[0]);
	g_auto(Arena) arena = ARENA_INIT;

	signer.creator = message_bytes(buffer_slice(creator));
	header.signature_header = message_bytes(message_put(&arena, &signer));
	proposal.header = message_bytes(message_put(&arena, &header));
	if (name != NULL)
		proposal.payload = make_payload(&arena, name, value);
	signed_one.proposal_bytes =
		message_bytes(message_put(&arena, &proposal));
	return message_pack(&signed_one);
}

static void
add_config(FabricRun *fixture)
{
	g_autoptr(json_t) founding = fabric_founding(fixture->orgs, 2);
	g_autoptr(GByteArray) bytes =
		fabric_config_bytes(fixture->orgs, founding);
	g_autoptr(GByteArray) client =
		fabric_serialize(fabric_org_id(0), fixture->orgs->clients[0]);

	fixture->channel.config = fabric_config_read(buffer_slice(bytes));
	g_assert_cmpint(msp_manager_identify(fixture->channel.config->msps,
					     buffer_slice(client),
					     &fixture->client, NULL),
			==, BSN_OK);
}

FabricRun *
fabric_run_new(void)
{
	static char id[] = "one";
	FabricRun *fixture = g_new0(FabricRun, 1);

	present = fixture;
	services.runtimes = bsn_host_runtimes(fake_host());
	services.timer = bsn_host_timer(fake_host());
	script_reset();
	/* Before there is a chain: this finds the host anew. */
	fixture->orgs = fabric_orgs_new(FALSE);
	add_config(fixture);
	fixture->ledger = fabric_ledger_new(FALSE, FALSE);
	fixture->definitions = g_ptr_array_new_with_free_func(
		(GDestroyNotify)definition_unref);
	fixture->packages =
		g_hash_table_new_full(g_str_hash, g_str_equal, g_free,
				      (GDestroyNotify)g_byte_array_unref);
	fixture->channel.chain = fixture->ledger->chain;
	fixture->channel.id = id;
	fixture->channel.suite = fixture->ledger->suite;
	fixture->channel.ledger = fixture->ledger->ledger;
	fixture->proposal = make_proposal(fixture->orgs, NULL, NULL);
	fixture->who = fixture->client;
	fixture->tx_id = "cafe";
	runs_open(&fixture->channel);
	return fixture;
}

static void
forget_outcome(FabricRun *fixture)
{
	g_clear_pointer(&fixture->reason, g_free);
	g_clear_pointer(&fixture->message, g_free);
	g_clear_pointer(&fixture->payload, g_bytes_unref);
	g_clear_pointer(&fixture->event, g_free);
	g_clear_pointer(&fixture->version, g_free);
	g_clear_pointer(&fixture->results, g_bytes_unref);
	g_clear_pointer(&fixture->private_results, g_bytes_unref);
}

void
fabric_run_free(FabricRun *fixture)
{
	forget_outcome(fixture);
	runs_close(&fixture->channel);
	g_byte_array_unref(fixture->proposal);
	msp_identity_unref(fixture->client);
	channel_config_free(fixture->channel.config);
	g_hash_table_unref(fixture->packages);
	g_ptr_array_unref(fixture->definitions);
	fabric_orgs_free(fixture->orgs);
	fabric_ledger_free(fixture->ledger);
	g_free(fixture);
	present = NULL;
}

/* ---- definitions and packages ---- */

Definition *
fabric_run_define(FabricRun *fixture, const char *name, const char *package)
{
	Definition *definition = find_definition(name);

	if (definition == NULL) {
		definition = g_new0(Definition, 1);
		definition->refs = 1;
		definition->name = g_strdup(name);
		definition->version = g_strdup("1");
		g_ptr_array_add(fixture->definitions, definition);
	}
	definition->sequence++;
	g_free(definition->package_id);
	definition->package_id = g_strdup(package);
	return definition;
}

void
fabric_run_install(FabricRun *fixture, const char *id, const char *type,
		   const char *native)
{
	const ChaincodeFile file = { "native.json", FALSE, TEXT(native) };
	GByteArray *bytes = g_byte_array_new();

	g_assert_cmpint(chaincode_package_write("label", type, "", &file,
						native != NULL ? 1 : 0, bytes,
						NULL),
			==, BSN_OK);
	g_hash_table_insert(fixture->packages, g_strdup(id), bytes);
}

Definition *
fabric_run_native(FabricRun *fixture, const char *contract, guint version)
{
	g_autofree char *id = g_strdup_printf("%s_%u:aa", contract, version);
	g_autofree char *json = g_strdup_printf(
		"{\"contract\": \"%s\", \"version\": %u}", contract, version);

	fabric_run_install(fixture, id, "native", json);
	return fabric_run_define(fixture, contract, id);
}

FabricRun *
fabric_run_scripted(void)
{
	FabricRun *fixture = fabric_run_new();

	fabric_run_install(fixture, "basic_1:aa", "node", NULL);
	fabric_run_install(fixture, "other_1:bb", "node", NULL);
	fabric_run_define(fixture, "basic", "basic_1:aa");
	fabric_run_define(fixture, "other", "other_1:bb");
	return fixture;
}

/* ---- runs ---- */

void
fabric_run_transient(FabricRun *fixture, const char *name, const char *value)
{
	g_byte_array_unref(fixture->proposal);
	fixture->proposal = make_proposal(fixture->orgs, name, value);
}

static void
note(gpointer owner, const RunOutcome *outcome)
{
	FabricRun *fixture = owner;

	forget_outcome(fixture);
	fixture->n_done++;
	fixture->status = outcome->status;
	fixture->results =
		g_bytes_new(outcome->results.data, outcome->results.len);
	fixture->private_results = g_bytes_new(outcome->private_results.data,
					       outcome->private_results.len);
	if (outcome->status != BSN_OK) {
		g_assert_null(outcome->response);
		fixture->reason = g_strdup(outcome->err->reason);
		return;
	}
	fixture->response = outcome->response->status;
	fixture->message = g_strdup(outcome->response->message);
	fixture->payload = g_bytes_new(outcome->response->payload.data,
				       outcome->response->payload.len);
	fixture->version = g_strdup(outcome->version);
	if (outcome->event == NULL)
		return;
	g_assert_cmpstr(outcome->event->tx_id, ==, fixture->tx_id);
	fixture->event = g_strdup_printf(
		"%s/%s/%.*s", outcome->event->chaincode_id,
		outcome->event->event_name, (int)outcome->event->payload.len,
		(const char *)outcome->event->payload.data);
}

static Run *
begin(FabricRun *fixture, const char *chaincode, va_list args)
{
	ProtobufCBinaryData list[16];
	Protos__ChaincodeInput input = PROTOS__CHAINCODE_INPUT__INIT;
	RunInput what = {
		.chaincode = chaincode,
		.input = &input,
		.tx_id = fixture->tx_id,
		.signed_proposal = buffer_slice(fixture->proposal),
		.who = fixture->who,
		.read_only = fixture->read_only,
	};
	const char *arg;

	while ((arg = va_arg(args, const char *)) != NULL) {
		g_assert_cmpuint(input.n_args, <, G_N_ELEMENTS(list));
		list[input.n_args++] = message_bytes(TEXT(arg));
	}
	input.args = list;
	input.is_init = fixture->is_init;
	return run_begin(&fixture->channel, &what, note, fixture);
}

Run *
fabric_run_begin(FabricRun *fixture, const char *chaincode, ...)
{
	va_list args;
	Run *run;

	va_start(args, chaincode);
	run = begin(fixture, chaincode, args);
	va_end(args);
	return run;
}

int32_t
fabric_run_call(FabricRun *fixture, const char *chaincode, ...)
{
	va_list args;

	va_start(args, chaincode);
	g_assert_null(begin(fixture, chaincode, args));
	va_end(args);
	if (fixture->status != BSN_OK)
		g_error("the run failed: %s", fixture->reason);
	return fixture->response;
}

const char *
fabric_run_text(FabricRun *fixture)
{
	static char *text;
	gsize len;
	const char *data = g_bytes_get_data(fixture->payload, &len);

	g_free(text);
	text = fixture->response < 400 ? g_strndup(len > 0 ? data : "", len)
				       : g_strdup(fixture->message);
	return text;
}

TxCode
fabric_run_commit(FabricRun *fixture)
{
	GByteArray *results = g_byte_array_new();
	gsize len;
	const guint8 *data = g_bytes_get_data(fixture->results, &len);

	g_byte_array_append(results, data, (guint)len);
	return fabric_ledger_run(fixture->ledger, results);
}
