/* SPDX-License-Identifier: Apache-2.0
 *
 * A request in uniform words: its parts, as a proposal has them.
 */
#include <string.h>

#include <bsn/helpers/json.h>

#include "plugins/engine-fabric/endorse/endorse_private.h"
#include "plugins/engine-fabric/lifecycle/lifecycle.h"
#include "plugins/engine-fabric/members/members.h"
#include "plugins/kit/json.h"
#include "plugins/kit/sink.h"

/* Bytes of a request's JSON texts; arguments; organisations; bytes of a
 * chaincode's name. */
#define JSON_MAX (4u << 20)
#define ARGS_MAX 4096u
#define ORGANISATIONS_MAX 64u
#define CHAINCODE_NAME_MAX 128u

void
request_options_clear(RequestOptions *options)
{
	json_decref(options->object);
}

static int32_t
check_organisations(const json_t *list, bsn_err *err)
{
	for (gsize i = 0; i < json_array_size(list); i++) {
		const char *id = json_string_value(json_array_get(list, i));

		if (id == NULL || !msp_id_is_valid(id))
			return bsn_fail(err, BSN_BAD_REQUEST,
					"options.organisations[%zu]: it must "
					"be an organisation's MSP id",
					i);
	}
	return list != NULL && json_array_size(list) == 0
		       ? bsn_fail(err, BSN_BAD_REQUEST,
				  "options.organisations: it names nobody; "
				  "leave it out to go by the policy")
		       : BSN_OK;
}

int32_t
request_read_options(const bsn_tx_request *request, gboolean query,
		     RequestOptions *options, bsn_err *err)
{
	JsonFields fields = fields_parse(request->options, JSON_MAX, "options",
					 &options->object, err);
	int32_t status;

	options->transient = fields_object(&fields, "transient");
	options->is_init = fields_bool(&fields, "init", FALSE);
	options->organisations = query ? NULL
				       : fields_array(&fields, "organisations",
						      ORGANISATIONS_MAX);
	options->parse = query && fields_bool(&fields, "parse", FALSE);
	status = fields_end(&fields);
	return status == BSN_OK
		       ? check_organisations(options->organisations, err)
		       : status;
}

/* ---- arguments ---- */

static GBytes *
argument_of(const json_t *value)
{
	char *text;

	if (json_is_string(value))
		return g_bytes_new(json_string_value(value),
				   json_string_length(value));
	text = json_text(value);
	return g_bytes_new_take(text, strlen(text));
}

int32_t
request_read_args(const bsn_tx_request *request, GPtrArray *args, bsn_err *err)
{
	g_autoptr(json_t) value = NULL;
	int32_t status = BSN_OK;

	if (!bsn_is_text(request->function))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"function: it must be UTF-8 without NUL");
	if (request->function.len > 0)
		g_ptr_array_add(args,
				g_bytes_new(request->function.data,
					    (gsize)request->function.len));
	if (request->args.len == 0)
		return BSN_OK;
	value = json_parse(request->args, JSON_MAX, "args", &status, err);
	if (value == NULL)
		return status;
	if (json_is_object(value)) {
		g_ptr_array_add(args, argument_of(value));
		return BSN_OK;
	}
	if (!json_is_array(value))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"args: it must be an array, or an object that "
				"is the only argument");
	if (json_array_size(value) > ARGS_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"args: it has more than %u arguments",
				ARGS_MAX);
	for (gsize i = 0; i < json_array_size(value); i++)
		g_ptr_array_add(args, argument_of(json_array_get(value, i)));
	return BSN_OK;
}

char *
request_chaincode(bsn_slice contract, bsn_err *err)
{
	if (contract.len > 0 && contract.len <= CHAINCODE_NAME_MAX &&
	    bsn_is_text(contract))
		return g_strndup((const char *)contract.data,
				 (gsize)contract.len);
	(void)bsn_fail(err, BSN_BAD_REQUEST,
		       "contract: it must be a chaincode's name, of 1 to %u "
		       "bytes",
		       CHAINCODE_NAME_MAX);
	return NULL;
}

/* ---- the first round ---- */

/* What is called, with what. */
typedef struct {
	char *chaincode;
	GPtrArray *args; /* GBytes */
	RequestOptions options;
} Called;

static void
called_clear(Called *called)
{
	g_free(called->chaincode);
	g_ptr_array_unref(called->args);
	request_options_clear(&called->options);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Called, called_clear)

/* Refuses early what no endorser could run. */
static int32_t
check_chaincode(Channel *channel, const char *name, bsn_err *err)
{
	g_autoptr(Definition) definition = NULL;

	if (system_chaincode_writes(name))
		return BSN_OK;
	if (system_chaincode_exists(name))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"contract: %s only answers questions, and no "
				"transaction comes of them: call it instead",
				name);
	return lifecycle_find(channel, name, &definition, err);
}

static int32_t
read_call(Channel *channel, const bsn_tx_request *request, MspIdentity *who,
	  Called *called, bsn_err *err)
{
	int32_t status;

	if (request->kind != BSN_TX_INVOKE) {
		called->chaincode = g_strdup(LIFECYCLE_NAME);
		return lifecycle_request(channel, request, who, called->args,
					 err);
	}
	called->chaincode = request_chaincode(request->contract, err);
	if (called->chaincode == NULL)
		return BSN_BAD_REQUEST;
	status = check_chaincode(channel, called->chaincode, err);
	if (status == BSN_OK)
		status = request_read_options(request, FALSE, &called->options,
					      err);
	return status == BSN_OK ? request_read_args(request, called->args, err)
				: status;
}

/* The organisations that were asked for, and the proposal. */
static GByteArray *
make_state(const RequestOptions *options, bsn_slice proposal)
{
	const gsize n = json_array_size(options->organisations);
	const guint8 head[] = { ENDORSE_STATE_PROPOSAL, (guint8)n };
	GByteArray *state = g_byte_array_sized_new((guint)proposal.len + 256);

	g_byte_array_append(state, head, sizeof(head));
	for (gsize i = 0; i < n; i++) {
		const json_t *id = json_array_get(options->organisations, i);
		const guint8 len = (guint8)json_string_length(id);

		g_byte_array_append(state, &len, 1);
		g_byte_array_append(state,
				    (const guint8 *)json_string_value(id), len);
	}
	g_byte_array_append(state, proposal.data, (guint)proposal.len);
	return state;
}

static int32_t
begin_proposal(Channel *channel, const bsn_tx_request *request,
	       MspIdentity *who, bsn_slice creator, bsn_reply *reply,
	       bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	g_auto(Called) called = {
		.args = g_ptr_array_new_with_free_func(
			(GDestroyNotify)g_bytes_unref),
	};
	g_autoptr(GByteArray) state = NULL;
	bsn_signable signable = { .size = sizeof(signable) };
	char tx_id[TX_ID_SIZE];
	ProposalWords words;
	int32_t status = read_call(channel, request, who, &called, err);

	if (status != BSN_OK)
		return status;
	words = (ProposalWords){ called.chaincode, called.args, &called.options,
				 creator };
	status = request_propose(channel, &arena, &words, &signable.message,
				 tx_id, err);
	if (status != BSN_OK)
		return status;
	state = make_state(&called.options, signable.message);
	signable.round = 1;
	signable.convention = channel->suite.convention;
	signable.algorithm = channel->suite.algorithm;
	signable.state = buffer_slice(state);
	signable.tx_id = signed_id_bytes(tx_id);
	services.reply->signable(reply, &signable);
	return BSN_OK;
}

gboolean
request_is_about_members(const bsn_tx_request *request)
{
	return request->kind == BSN_TX_MEMBER ||
	       (request->kind == BSN_TX_INVOKE && request->contract.len == 0 &&
		bsn_slice_equal(request->function, bsn_slice_str("config")));
}

int32_t
endorse_begin(Channel *channel, const bsn_tx_request *request, bsn_reply *reply,
	      bsn_err *err)
{
	g_autoptr(GBytes) creator = NULL;
	g_autoptr(MspIdentity) who = NULL;
	int32_t status;

	if (request->kind < BSN_TX_INVOKE || request->kind > BSN_TX_MEMBER)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"kind: there are no transactions of kind %u "
				"here",
				request->kind);
	status = creator_find(channel, request->signer_certificate, &creator,
			      &who, err);
	if (status != BSN_OK)
		return status;
	if (request->signer_public_key.len > 0 &&
	    !bsn_slice_equal(request->signer_public_key,
			     bsn_slice_of(who->public_key, PUBLIC_KEY_LEN)))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the signer's certificate is of another key "
				"than the signer's");
	if (request_is_about_members(request))
		return members_begin(channel, request, who,
				     bytes_slice(creator), reply, err);
	return begin_proposal(channel, request, who, bytes_slice(creator),
			      reply, err);
}
