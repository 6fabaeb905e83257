/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-xuper/contract/reserved.h"

#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/kernel/kernel.h"
#include "plugins/kit/codec/message.h"

#define NAMES "{{.ContractNames}}"

static gboolean
is_kernel(const Xldgpb__InvokeRequest *request)
{
	return request->contract_name[0] == '\0' ||
	       kernel_is(bsn_slice_str(request->contract_name));
}

gboolean
reserved_names(const ChainConfig *config, const char *name)
{
	const GPtrArray *reserved = config->reserved;

	for (guint i = 0; reserved != NULL && i < reserved->len; i++) {
		const Xldgpb__InvokeRequest *request = reserved->pdata[i];

		if (strcmp(request->contract_name, name) == 0)
			return TRUE;
	}
	return FALSE;
}

int32_t
reserved_count(Sandbox *box, guint *n, bsn_err *err)
{
	const GPtrArray *reserved = sandbox_env(box)->config->reserved;

	*n = 0;
	for (; reserved != NULL && *n < reserved->len; (*n)++) {
		const Xldgpb__InvokeRequest *request = reserved->pdata[*n];
		g_auto(ContractDesc) desc = { 0 };
		int32_t status;

		if (is_kernel(request))
			continue;
		status = contract_load(box,
				       bsn_slice_str(request->contract_name),
				       &desc, NULL);
		if (status == BSN_NOT_FOUND)
			return BSN_OK;
		if (status != BSN_OK)
			return bsn_fail(err, status,
					"a reserved contract cannot be read");
	}
	return BSN_OK;
}

/* ---- one ---- */

static ProtobufCBinaryData
fill_in(Arena *arena, ProtobufCBinaryData value, const char *names)
{
	g_autofree char *text = g_strndup((const char *)value.data, value.len);
	g_auto(GStrv) parts = NULL;
	g_autofree char *filled = NULL;
	gsize len;

	if (strlen(text) != value.len || strstr(text, NAMES) == NULL)
		return value;
	parts = g_strsplit(text, NAMES, -1);
	filled = g_strjoinv(names, parts);
	len = strlen(filled);
	return (ProtobufCBinaryData){
		len, (uint8_t *)arena_copy(arena, filled, len)
	};
}

Xldgpb__InvokeRequest *
reserved_request(Arena *arena, const ChainConfig *config, guint index,
		 Xldgpb__InvokeRequest *const *requests, gsize n)
{
	const Xldgpb__InvokeRequest *from = config->reserved->pdata[index];
	Xldgpb__InvokeRequest *made = arena_room(arena, sizeof(*made));
	g_autoptr(GString) names = g_string_new(NULL);

	for (gsize i = 0; i < n; i++)
		g_string_append_printf(names, "%s%s", i > 0 ? "," : "",
				       requests[i]->contract_name);
	*made = *from;
	made->args = arena_room(arena, (from->n_args + 1) * sizeof(*made->args));
	for (size_t i = 0; i < from->n_args; i++) {
		made->args[i] = arena_room(arena, sizeof(*made->args[i]));
		*made->args[i] = *from->args[i];
		made->args[i]->value =
			fill_in(arena, from->args[i]->value, names->str);
	}
	return made;
}

/* ---- judging ---- */

static gboolean
is_alike(const Xldgpb__InvokeRequest *is, const Xldgpb__InvokeRequest *wanted)
{
	gboolean alike =
		strcmp(is->module_name, wanted->module_name) == 0 &&
		strcmp(is->contract_name, wanted->contract_name) == 0 &&
		strcmp(is->method_name, wanted->method_name) == 0 &&
		is->n_args == wanted->n_args;

	for (size_t i = 0; alike && i < is->n_args; i++)
		alike = strcmp(is->args[i]->key, wanted->args[i]->key) == 0 &&
			bsn_slice_equal(message_slice(is->args[i]->value),
					message_slice(wanted->args[i]->value));
	return alike;
}

int32_t
reserved_judge(Sandbox *box, Xldgpb__InvokeRequest *const *requests, gsize n,
	       bsn_err *err)
{
	const ChainConfig *config = sandbox_env(box)->config;
	g_auto(Arena) arena = ARENA_INIT;
	guint wanted = 0;
	int32_t status = reserved_count(box, &wanted, err);
	gboolean good = n >= wanted;

	if (status != BSN_OK)
		return status;
	for (guint i = 0; good && i < wanted; i++)
		good = is_alike(requests[i],
				reserved_request(&arena, config, i,
						 requests + wanted,
						 n - wanted));
	if (good)
		return BSN_OK;
	return bsn_fail(err, BSN_DENIED,
			"contract_requests do not begin with the chain's "
			"reserved contracts: pre-execute it");
}
