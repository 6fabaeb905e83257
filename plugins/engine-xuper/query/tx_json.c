/* SPDX-License-Identifier: Apache-2.0 */
#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/query/json.h"
#include "plugins/kit/codec/message.h"

/* ---- tokens ---- */

static json_t *
inputs_json(const Xldgpb__Transaction *msg)
{
	json_t *list = json_array();

	for (gsize i = 0; i < msg->n_tx_inputs; i++) {
		const Xldgpb__TxInput *input = msg->tx_inputs[i];

		json_array_append_new(
			list,
			json_pack("{s:o, s:i, s:o, s:o, s:I}", "ref_txid",
				  bytes_json(message_slice(input->ref_txid)),
				  "ref_offset", (int)input->ref_offset,
				  "from_addr",
				  said_json(message_slice(input->from_addr)),
				  "amount",
				  tokens_json(message_slice(input->amount)),
				  "frozen_height",
				  (json_int_t)input->frozen_height));
	}
	return list;
}

static json_t *
outputs_json(const Xldgpb__Transaction *msg)
{
	json_t *list = json_array();

	for (gsize i = 0; i < msg->n_tx_outputs; i++) {
		const Xldgpb__TxOutput *output = msg->tx_outputs[i];

		json_array_append_new(
			list,
			json_pack("{s:o, s:o, s:I}", "amount",
				  tokens_json(message_slice(output->amount)),
				  "to_addr",
				  said_json(message_slice(output->to_addr)),
				  "frozen_height",
				  (json_int_t)output->frozen_height));
	}
	return list;
}

/* ---- XModel ---- */

static json_t *
inputs_ext_json(const Xldgpb__Transaction *msg)
{
	json_t *list = json_array();

	for (gsize i = 0; i < msg->n_tx_inputs_ext; i++) {
		const Xldgpb__TxInputExt *input = msg->tx_inputs_ext[i];
		json_t *json = json_pack("{s:s}", "bucket", input->bucket);

		set_said(json, "key", message_slice(input->key));
		json_object_set_new(json, "ref_txid",
				    bytes_json(message_slice(input->ref_txid)));
		json_object_set_new(json, "ref_offset",
				    json_integer(input->ref_offset));
		json_array_append_new(list, json);
	}
	return list;
}

static json_t *
outputs_ext_json(const Xldgpb__Transaction *msg)
{
	json_t *list = json_array();

	for (gsize i = 0; i < msg->n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *output = msg->tx_outputs_ext[i];
		json_t *json = json_pack("{s:s}", "bucket", output->bucket);

		set_said(json, "key", message_slice(output->key));
		set_said(json, "value", message_slice(output->value));
		json_array_append_new(list, json);
	}
	return list;
}

/* ---- requests ---- */

static const char *
resource_name(Xldgpb__ResourceType type)
{
	const ProtobufCEnumValue *value = protobuf_c_enum_descriptor_get_value(
		&xldgpb__resource_type__descriptor, (int)type);

	return value != NULL ? value->name : "?";
}

static json_t *
request_json(const Xldgpb__InvokeRequest *request)
{
	json_t *args = json_object(), *limits = json_array();

	for (gsize i = 0; i < request->n_args; i++)
		set_said(args, request->args[i]->key,
			 message_slice(request->args[i]->value));
	for (gsize i = 0; i < request->n_resource_limits; i++)
		json_array_append_new(
			limits,
			json_pack("{s:s, s:I}", "type",
				  resource_name(
					  request->resource_limits[i]->type),
				  "limit",
				  (json_int_t)request->resource_limits[i]
					  ->limit));
	return json_pack("{s:s, s:s, s:s, s:o, s:o, s:s}", "module_name",
			 request->module_name, "contract_name",
			 request->contract_name, "method_name",
			 request->method_name, "args", args, "resource_limits",
			 limits, "amount", request->amount);
}

static json_t *
requests_json(const Xldgpb__Transaction *msg)
{
	json_t *list = json_array();

	for (gsize i = 0; i < msg->n_contract_requests; i++)
		json_array_append_new(list,
				      request_json(msg->contract_requests[i]));
	return list;
}

/* ---- who signs ---- */

static json_t *
signs_json(Xldgpb__SignatureInfo *const *signs, gsize n)
{
	json_t *list = json_array();

	for (gsize i = 0; i < n; i++)
		json_array_append_new(
			list,
			json_pack("{s:s, s:o}", "PublicKey",
				  signs[i]->publickey, "Sign",
				  bytes_json(message_slice(signs[i]->sign))));
	return list;
}

static json_t *
auth_json(const Xldgpb__Transaction *msg)
{
	json_t *list = json_array();

	for (gsize i = 0; i < msg->n_auth_require; i++)
		json_array_append_new(list, json_string(msg->auth_require[i]));
	return list;
}

static void
set_people(json_t *json, const Xldgpb__Transaction *msg)
{
	json_object_set_new(json, "initiator", json_string(msg->initiator));
	json_object_set_new(json, "auth_require", auth_json(msg));
	json_object_set_new(
		json, "initiator_signs",
		signs_json(msg->initiator_signs, msg->n_initiator_signs));
	json_object_set_new(
		json, "auth_require_signs",
		signs_json(msg->auth_require_signs, msg->n_auth_require_signs));
}

json_t *
tx_json(const Tx *tx)
{
	const Xldgpb__Transaction *msg = tx->msg;
	json_t *json = json_object();

	json_object_set_new(json, "txid",
			    bytes_json(bsn_slice_of(tx->id, HASH_LEN)));
	json_object_set_new(json, "tx_inputs", inputs_json(msg));
	json_object_set_new(json, "tx_outputs", outputs_json(msg));
	set_said(json, "desc", message_slice(msg->desc));
	json_object_set_new(json, "coinbase", json_boolean(msg->coinbase));
	json_object_set_new(json, "nonce", json_string(msg->nonce));
	json_object_set_new(json, "timestamp", json_integer(msg->timestamp));
	json_object_set_new(json, "version", json_integer(msg->version));
	json_object_set_new(json, "autogen", json_boolean(msg->autogen));
	json_object_set_new(json, "tx_inputs_ext", inputs_ext_json(msg));
	json_object_set_new(json, "tx_outputs_ext", outputs_ext_json(msg));
	json_object_set_new(json, "contract_requests", requests_json(msg));
	set_people(json, msg);
	return json;
}
