/* SPDX-License-Identifier: Apache-2.0
 *
 * Transactions for tests, right and wrong.
 */
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/run.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"
#include "tests/unit/xuper-bed.h"

#define NS_PER_MS 1000000u

static char *
keep(Making *making, const char *text)
{
	return arena_copy(&making->arena, text, strlen(text));
}

static ProtobufCBinaryData
keep_bytes(Making *making, bsn_slice bytes)
{
	return message_bytes(bsn_slice_of(
		arena_copy(&making->arena, bytes.data, bytes.len), bytes.len));
}

static ProtobufCBinaryData
keep_amount(Making *making, guint64 value)
{
	guint8 amount[AMOUNT_LEN];

	amount_from_u64(value, amount);
	return keep_bytes(making, amount_slice(amount));
}

void
making_begin(Making *making, XuperBed *bed, const XuperPerson *initiator)
{
	g_autofree char *nonce = g_strdup_printf("%u", bed->nonces++);

	memset(making, 0, sizeof(*making));
	making->bed = bed;
	making->initiator = initiator;
	xldgpb__transaction__init(&making->msg);
	making->msg.version = TX_VERSION;
	making->msg.nonce = keep(making, nonce);
	making->msg.timestamp = (gint64)(FAKE_START_MS * NS_PER_MS);
	making->msg.initiator = keep(making, initiator->address);
	making->inputs = g_ptr_array_new();
	making->outputs = g_ptr_array_new();
	making->reads = g_ptr_array_new();
	making->writes = g_ptr_array_new();
	making->requests = g_ptr_array_new();
	making->auth = g_ptr_array_new();
	making->signs = g_ptr_array_new();
}

void
making_clear(Making *making)
{
	arena_clear(&making->arena);
	g_ptr_array_unref(making->inputs);
	g_ptr_array_unref(making->outputs);
	g_ptr_array_unref(making->reads);
	g_ptr_array_unref(making->writes);
	g_ptr_array_unref(making->requests);
	g_ptr_array_unref(making->auth);
	g_ptr_array_unref(making->signs);
}

Xldgpb__TxInput *
making_input(Making *making, const guint8 txid[HASH_LEN], gint32 offset,
	     const char *owner, guint64 amount)
{
	Xldgpb__TxInput *input = arena_room(&making->arena, sizeof(*input));

	xldgpb__tx_input__init(input);
	input->ref_txid = keep_bytes(making, bsn_slice_of(txid, HASH_LEN));
	input->ref_offset = offset;
	input->from_addr = keep_bytes(making, TEXT(owner));
	input->amount = keep_amount(making, amount);
	g_ptr_array_add(making->inputs, input);
	return input;
}

Xldgpb__TxOutput *
making_output(Making *making, const char *owner, guint64 amount)
{
	Xldgpb__TxOutput *output = arena_room(&making->arena, sizeof(*output));

	xldgpb__tx_output__init(output);
	output->to_addr = keep_bytes(making, TEXT(owner));
	output->amount = keep_amount(making, amount);
	g_ptr_array_add(making->outputs, output);
	return output;
}

Xldgpb__TxInputExt *
making_read(Making *making, Layer *layer, const char *bucket, const char *key)
{
	Xldgpb__TxInputExt *read = arena_room(&making->arena, sizeof(*read));
	XVersion version;

	g_assert_cmpint(xmodel_get(layer, TEXT(bucket), TEXT(key), &version,
				   NULL, NULL),
			==, BSN_OK);
	xldgpb__tx_input_ext__init(read);
	read->bucket = keep(making, bucket);
	read->key = keep_bytes(making, TEXT(key));
	if (version.there)
		read->ref_txid = keep_bytes(
			making, bsn_slice_of(version.txid, HASH_LEN));
	read->ref_offset = version.there ? version.offset : 0;
	g_ptr_array_add(making->reads, read);
	return read;
}

Xldgpb__TxOutputExt *
making_write(Making *making, const char *bucket, const char *key,
	     const char *value)
{
	Xldgpb__TxOutputExt *write = arena_room(&making->arena, sizeof(*write));

	xldgpb__tx_output_ext__init(write);
	write->bucket = keep(making, bucket);
	write->key = keep_bytes(making, TEXT(key));
	write->value = keep_bytes(making, TEXT(value));
	g_ptr_array_add(making->writes, write);
	return write;
}

static Xldgpb__InvokeRequest *
call(Making *making, const char *contract, const char *method, va_list args)
{
	Xldgpb__InvokeRequest *request =
		arena_room(&making->arena, sizeof(*request));
	const char *name;

	xldgpb__invoke_request__init(request);
	request->module_name = keep(making, "xkernel");
	request->contract_name = keep(making, contract);
	request->method_name = keep(making, method);
	request->args = arena_room(&making->arena, 8 * sizeof(void *));
	while ((name = va_arg(args, const char *)) != NULL) {
		Xldgpb__Argument *arg =
			arena_room(&making->arena, sizeof(*arg));

		g_assert_cmpuint(request->n_args, <, 8);
		xldgpb__argument__init(arg);
		arg->key = keep(making, name);
		arg->value = keep_bytes(making, TEXT(va_arg(args, char *)));
		request->args[request->n_args++] = arg;
	}
	g_ptr_array_add(making->requests, request);
	return request;
}

Xldgpb__InvokeRequest *
making_call(Making *making, const char *contract, const char *method, ...)
{
	Xldgpb__InvokeRequest *request;
	va_list args;

	va_start(args, method);
	request = call(making, contract, method, args);
	va_end(args);
	return request;
}

void
making_auth(Making *making, const char *path, const XuperPerson *signer)
{
	g_ptr_array_add(making->auth, keep(making, path));
	g_ptr_array_add(making->signs, (gpointer)signer);
}

/* ---- execution ---- */

static void
take_all(GPtrArray *to, void *const *from, gsize n)
{
	for (gsize i = 0; i < n; i++)
		g_ptr_array_add(to, from[i]);
}

void
making_execute(Making *making, Layer *layer)
{
	g_autoptr(GPtrArray) auth = g_ptr_array_new();
	SandboxEnv env = {
		.config = making->bed->config,
		.suite = &making->bed->suite,
		.initiator = making->msg.initiator,
		.time_ms = (guint64)making->msg.timestamp / NS_PER_MS,
	};
	Xldgpb__Transaction own = XLDGPB__TRANSACTION__INIT;
	g_auto(RunResult) result = { 0 };
	g_autoptr(Sandbox) box = NULL;
	bsn_err err = BSN_ERR_INIT;

	take_all(auth, making->auth->pdata, making->auth->len);
	g_ptr_array_add(auth, NULL);
	env.auth_require = (const char *const *)auth->pdata;
	box = sandbox_new(layer, &env);
	(void)sandbox_get(box, TEXT(BUCKET_CHAIN), TEXT(KEY_CHAIN_NAME), NULL,
			  NULL);
	g_assert_cmpint(run_requests(box,
				     (Xldgpb__InvokeRequest *const *)
					     making->requests->pdata,
				     making->requests->len, 0, &result, &err),
			==, BSN_OK);
	g_assert_cmpstr(result.reason, ==, NULL);
	sandbox_result(box, &making->arena, &own);
	take_all(making->reads, (void *const *)own.tx_inputs_ext,
		 own.n_tx_inputs_ext);
	take_all(making->writes, (void *const *)own.tx_outputs_ext,
		 own.n_tx_outputs_ext);
	take_all(making->inputs, (void *const *)own.tx_inputs, own.n_tx_inputs);
	take_all(making->outputs, (void *const *)own.tx_outputs,
		 own.n_tx_outputs);
}

/* ---- signing ---- */

static Xldgpb__SignatureInfo *
sign(Making *making, const XuperPerson *person, const guint8 digest[HASH_LEN])
{
	const XuperSigner signer = { &making->bed->suite, person };
	g_autoptr(GByteArray) der = g_byte_array_new();
	g_autofree char *key =
		key_to_json(&making->bed->suite, person->public_key);
	Xldgpb__SignatureInfo *info =
		arena_room(&making->arena, sizeof(*info));

	xuper_sign((void *)&signer, digest, der, NULL);
	xldgpb__signature_info__init(info);
	info->publickey = keep(making, key);
	info->sign = keep_bytes(making, buffer_slice(der));
	return info;
}

#define PUT(making, from, field)                                               \
	do {                                                                   \
		(making)->msg.n_##field = (making)->from->len;                 \
		(making)->msg.field = (void *)(making)->from->pdata;           \
	} while (0)

Tx *
making_end(Making *making)
{
	Xldgpb__Transaction *msg = &making->msg;
	Xldgpb__SignatureInfo *own[1];
	Xldgpb__SignatureInfo **auth = arena_room(
		&making->arena, (making->signs->len + 1) * sizeof(*auth));
	guint8 digest[HASH_LEN];
	Tx *tx;

	PUT(making, inputs, tx_inputs);
	PUT(making, outputs, tx_outputs);
	PUT(making, reads, tx_inputs_ext);
	PUT(making, writes, tx_outputs_ext);
	PUT(making, requests, contract_requests);
	PUT(making, auth, auth_require);
	tx_digest(&making->bed->suite, msg, digest);
	if (!making->unsigned_) {
		own[0] = sign(making, making->initiator, digest);
		msg->n_initiator_signs = 1;
		msg->initiator_signs = own;
	}
	msg->auth_require_signs = auth;
	for (guint i = 0; i < making->signs->len; i++)
		if (making->signs->pdata[i] != NULL)
			auth[msg->n_auth_require_signs++] =
				sign(making, making->signs->pdata[i], digest);
	tx = tx_make(&making->bed->suite, msg);
	g_assert_nonnull(tx);
	return tx;
}

/* ---- common ones ---- */

Tx *
xuper_bed_pay_from(XuperBed *bed, guint from, const guint8 txid[HASH_LEN],
		   gint32 offset, guint64 has, const char *to, guint64 amount)
{
	g_auto(Making) making;

	making_begin(&making, bed, &bed->people[from]);
	making_input(&making, txid, offset, bed->people[from].address, has);
	making_output(&making, to, amount);
	if (has > amount)
		making_output(&making, bed->people[from].address, has - amount);
	return making_end(&making);
}

Tx *
xuper_bed_pay(XuperBed *bed, guint from, const char *to, guint64 amount)
{
	return xuper_bed_pay_from(bed, from, bed->genesis, (gint32)from,
				  BED_QUOTA, to, amount);
}

Tx *
xuper_bed_call(XuperBed *bed, guint from, const char *contract,
	       const char *method, ...)
{
	g_auto(Making) making;
	va_list args;

	making_begin(&making, bed, &bed->people[from]);
	va_start(args, method);
	call(&making, contract, method, args);
	va_end(args);
	making_execute(&making, pool_layer(bed->pool));
	return making_end(&making);
}
