/* SPDX-License-Identifier: Apache-2.0
 *
 * Logs of the EVM as XuperChain's contract events.
 */
#include "plugins/engine-xuper/contract/code-private.h"

#include <bsn/helpers/bytes.h>

#include "plugins/engine-xuper/contract/contracts.h"
#include "plugins/engine-xuper/contract/interface.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/json.h"

static json_t *
hex_json(bsn_slice bytes)
{
	g_autofree char *text = hex_encode(bytes);

	return json_string_nocheck(text);
}

/* Of what no interface tells. */
static json_t *
plain(const bsn_slice *topics, guint64 n, bsn_slice data)
{
	json_t *list = json_array();
	json_t *json = json_object();

	for (guint64 i = 0; i < n; i++)
		json_array_append_new(list, hex_json(topics[i]));
	json_object_set_new(json, "topics", list);
	json_object_set_new(json, "data", hex_json(data));
	return json;
}

int32_t
evm_log(CodeView *view, bsn_slice contract, const bsn_slice *topics, guint64 n,
	bsn_slice data)
{
	Sandbox *box = view->box;
	const SandboxEnv *env = sandbox_env(box);
	g_autofree char *name =
		contract_name_at(env->suite, env->config->name, contract.data);
	g_autoptr(Interface) interface = interface_of(box,
						      bsn_slice_str(name));
	const AbiEvent *event = NULL;
	g_autoptr(json_t) body = NULL;
	g_autofree char *text = NULL;

	if (interface == NULL ||
	    abi_decode_event(interface->abi, topics, n, data, &event, &body,
			     NULL) != BSN_OK) {
		event = NULL;
		body = plain(topics, n, data);
	}
	text = json_text(body);
	return sandbox_emit(box, bsn_slice_str(name),
			    bsn_slice_str(event != NULL ? event->name : ""),
			    bsn_slice_str(text), &view->err);
}
