/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/release.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/invoke.h"
#include "plugins/engine-xuper/contract/places.h"
#include "plugins/kit/arguments.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "xldgpb/xcontract.pb-c.h"

void
release_clear(Release *release)
{
	g_clear_pointer(&release->name, g_free);
	g_clear_pointer(&release->account, g_free);
	g_clear_pointer(&release->code, g_byte_array_unref);
	g_clear_pointer(&release->input, g_byte_array_unref);
	g_clear_pointer(&release->interface, abi_interface_free);
}

int32_t
contract_name_arg(const KernelCall *call, char **name, bsn_err *err)
{
	*name = arg_text(call, "contract_name", CONTRACT_NAME_MAX, err);
	if (*name == NULL)
		return BSN_BAD_REQUEST;
	if (contract_name_free(bsn_slice_str(*name)))
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the argument contract_name must have %u to %u "
			"letters, digits, _ and dots, a letter or _ first and "
			"no dot last, and not be a bucket's name",
			CONTRACT_NAME_MIN, CONTRACT_NAME_MAX);
}

/* Compilers write code in hex, and so do many who pass it on. */
static gboolean
is_hex(bsn_slice code)
{
	for (guint64 i = 0; i < code.len; i++)
		if (!g_ascii_isxdigit((gchar)code.data[i]) &&
		    !(i == 1 && code.data[i] == 'x'))
			return FALSE;
	return TRUE;
}

static int32_t
read_code(const KernelCall *call, Release *release, bsn_err *err)
{
	bsn_slice given = kernel_arg(call, "contract_code");

	release->code = g_byte_array_new();
	if (given.len == 0)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the argument contract_code is missing");
	if (!is_hex(given))
		g_byte_array_append(release->code, given.data,
				    (guint)given.len);
	else if (!hex_decode((const char *)given.data, given.len,
			     release->code))
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the argument contract_code is hex with an "
				"odd number of digits");
	if (release->code->len > XMODEL_VALUE_MAX)
		return bsn_fail(err, BSN_TOO_LARGE,
				"the argument contract_code has over %u bytes",
				XMODEL_VALUE_MAX);
	release->kind = code_kind_of(buffer_slice(release->code));
	return BSN_OK;
}

static int32_t
read_abi(const KernelCall *call, Release *release, bsn_err *err)
{
	int32_t status = BSN_OK;

	release->abi = kernel_arg(call, "contract_abi");
	if (release->abi.len == 0)
		return BSN_OK;
	if (release->kind != &code_evm)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"the argument contract_abi is for Solidity: a "
				"module's interface is what it exports");
	release->interface = interface_parse(release->abi, &status, err);
	return status;
}

/* Other people read it in lists. */
static int32_t
read_label(const KernelCall *call, Release *release, bsn_err *err)
{
	bsn_slice label = kernel_arg(call, "contract_version");
	gboolean good = label.len == 0 ||
			(label.len <= VERSION_LABEL_MAX &&
			 g_utf8_validate_len((const char *)label.data,
					     label.len, NULL));

	for (guint64 i = 0; i < label.len; i++)
		good = good && !g_ascii_iscntrl((gchar)label.data[i]);
	release->label = label;
	if (good)
		return BSN_OK;
	return bsn_fail(err, BSN_BAD_REQUEST,
			"the argument contract_version must be a text of at "
			"most %u bytes in UTF-8",
			VERSION_LABEL_MAX);
}

/* A value of init_args: bytes in Base64, as Go writes them in JSON. */
static GByteArray *
init_value(const json_t *args, const char *name)
{
	const json_t *text = json_object_get(args, name);
	GByteArray *value = g_byte_array_new();
	gsize len = 0;
	g_autofree guchar *bytes = NULL;

	if (!json_is_string(text) || json_string_length(text) == 0)
		return value;
	bytes = g_base64_decode(json_string_value(text), &len);
	g_byte_array_append(value, bytes, (guint)len);
	return value;
}

static int32_t
encode_json_args(Release *release, bsn_slice text, bsn_err *err)
{
	g_autoptr(json_t) args = NULL;
	int32_t status = BSN_OK;

	if (release->interface == NULL)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"constructor arguments in JSON need the "
				"argument contract_abi");
	if (text.len > 0)
		args = json_parse(text, XMODEL_VALUE_MAX, "init_args.input",
				  &status, err);
	if (status != BSN_OK)
		return status;
	return abi_encode_call(release->interface->constructor, args,
			       release->input, err);
}

/* What the constructor gets stands behind the code. */
static int32_t
read_constructor_args(Release *release, const json_t *args, bsn_err *err)
{
	g_autoptr(GByteArray) input = init_value(args, ARG_INPUT);
	g_autoptr(GByteArray) encoded = init_value(args, ARG_JSON_ENCODED);

	g_byte_array_append(release->input, release->code->data,
			    release->code->len);
	if (bsn_slice_equal(buffer_slice(encoded), bsn_slice_str("true")))
		return encode_json_args(release, buffer_slice(input), err);
	g_byte_array_append(release->input, input->data, input->len);
	return BSN_OK;
}

static int32_t
read_module_args(Release *release, const json_t *args, bsn_err *err)
{
	g_autoptr(GByteArray) encoded = g_byte_array_new();
	g_auto(Places) places = { 0 };
	const char *name;
	json_t *value;
	int32_t status;

	json_object_foreach((json_t *)args, name, value) {
		g_autoptr(GByteArray) bytes = init_value(args, name);

		places_add(&places, name, buffer_slice(bytes));
	}
	status = places_put(&places, encoded, err);
	if (status == BSN_OK)
		arguments_module(release->input, buffer_slice(release->code),
				 buffer_slice(encoded));
	return status;
}

static int32_t
read_init_args(const KernelCall *call, Release *release, bsn_err *err)
{
	bsn_slice text = kernel_arg(call, "init_args");
	int32_t status = BSN_OK;
	g_autoptr(json_t) args = json_parse_object(
		text, XMODEL_VALUE_MAX, "init_args", &status, err);

	release->input = g_byte_array_new();
	if (args == NULL)
		return status;
	return release->kind == &code_evm
		       ? read_constructor_args(release, args, err)
		       : read_module_args(release, args, err);
}

int32_t
release_read(const KernelCall *call, Release *release, bsn_err *err)
{
	int32_t status = contract_name_arg(call, &release->name, err);

	if (status == BSN_OK)
		status = read_code(call, release, err);
	if (status == BSN_OK)
		status = read_abi(call, release, err);
	if (status == BSN_OK)
		status = read_label(call, release, err);
	if (status == BSN_OK)
		status = read_init_args(call, release, err);
	return status;
}

int32_t
release_description(const KernelCall *call, const Release *release,
		    ContractDesc *desc, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	int32_t status = BSN_OK;
	const Xldgpb__WasmCodeDesc *msg = message_unpack(
		&arena, &xldgpb__wasm_code_desc__descriptor,
		kernel_arg(call, "contract_desc"), &status, err);

	if (msg == NULL)
		return status;
	if (msg->contract_type[0] != '\0' &&
	    code_kind(msg->contract_type) == NULL)
		return bsn_fail(err, BSN_NOT_OFFERED,
				"contracts are of contract_type \"" MODULE_EVM
				"\" or \"" MODULE_WASM "\"");
	if (msg->contract_type[0] != '\0' &&
	    code_kind(msg->contract_type) != release->kind)
		return bsn_fail(err, BSN_BAD_REQUEST,
				"contract_type is \"%s\", but the code is of "
				"module \"%s\"",
				msg->contract_type, release->kind->module);
	desc->code = release->kind;
	desc->runtime = g_strdup(msg->runtime);
	desc->compiler = g_strdup(msg->compiler);
	return BSN_OK;
}
