/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/xuper-kernel.h"

#include <stdarg.h>
#include <string.h>

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <jansson.h>

#include "plugins/engine-xuper/kernel/agreement.h"
#include "plugins/engine-xuper/services.h"

/* ---- texts ------------------------------------------------------------- */

static char *
named(const XuperPerson *people, const char *text)
{
	GString *out = g_string_new(NULL);

	for (; *text != '\0'; text++)
		if (*text == '#' && g_ascii_isdigit(text[1]))
			g_string_append(out, people[*++text - '0'].address);
		else
			g_string_append_c(out, *text);
	return g_string_free(out, FALSE);
}

char *
kernel_text(const KernelChain *chain, const char *text)
{
	return named(chain->people, text);
}

/* ---- the chain --------------------------------------------------------- */

Block *
kernel_genesis(const Suite *suite, const XuperPerson *people,
	       const char *config, guint members, guint validators,
	       ChainConfig **parsed, bsn_err *err)
{
	g_autofree char *text = named(people, config);
	bsn_member list[KERNEL_PEOPLE];
	bsn_genesis genesis = { .size = sizeof(genesis),
				.member_count = members,
				.name = bsn_slice_str("one"),
				.config = bsn_slice_str(text),
				.members = list,
				.time_ms = 1700000000000 };
	int32_t status;
	Block *block = NULL;

	memset(list, 0, sizeof(list));
	for (guint i = 0; i < members; i++) {
		list[i].size = sizeof(list[i]);
		list[i].role = i < validators ? BSN_ROLE_CONSENSUS
					      : BSN_ROLE_OBSERVER;
		list[i].algorithm = suite->algorithm;
		list[i].public_key =
			bsn_slice_of(people[i].public_key, PUBLIC_KEY_LEN);
		list[i].name = bsn_slice_str("node");
		list[i].address = bsn_slice_str("10.0.0.1:7000");
	}
	if (config_parse(genesis.name, genesis.config, parsed, err) == BSN_OK)
		block = genesis_make(&genesis, *parsed, suite, &status, err);
	return block;
}

static void
apply(KernelChain *chain, const Xldgpb__Transaction *msg)
{
	XVersion version = { .there = TRUE };

	chain->txs++;
	memcpy(version.txid, &chain->txs, sizeof(chain->txs));
	for (size_t i = 0; i < msg->n_tx_outputs_ext; i++) {
		const Xldgpb__TxOutputExt *output = msg->tx_outputs_ext[i];

		version.offset = (gint32)i;
		xmodel_put(chain->layer, bsn_slice_str(output->bucket),
			   bsn_slice_of(output->key.data, output->key.len),
			   &version,
			   bsn_slice_of(output->value.data, output->value.len));
	}
}

KernelChain *
kernel_chain_new(const char *config, gboolean gm, guint members,
		 guint validators)
{
	KernelChain *chain = g_new0(KernelChain, 1);

	fake_host_reset(1);
	g_assert_cmpint(services_find(fake_host(), "test",
				      SERVICES_OF_ENGINES, NULL), ==, BSN_OK);
	chain->suite = xuper_suite(gm);
	for (guint i = 0; i < KERNEL_PEOPLE; i++)
		chain->people[i] = xuper_person(&chain->suite, (guint8)(i + 1));
	chain->err.size = sizeof(chain->err);
	chain->genesis = kernel_genesis(&chain->suite, chain->people, config,
					members, validators, &chain->config,
					&chain->err);
	if (chain->genesis == NULL)
		g_error("%s", chain->err.reason);
	chain->chain = fake_chain_new("one");
	g_assert_cmpint(fake_chain_open(chain->chain, NULL,
					bsn_slice_of(NULL, 0), NULL),
			==, BSN_OK);
	chain->store = layer_store(chain->chain);
	chain->layer = layer_over(chain->store);
	chain->output = g_byte_array_new();
	apply(chain, chain->genesis->txs[0]->msg);
	return chain;
}

void
kernel_chain_free(KernelChain *chain)
{
	layer_unref(chain->layer);
	layer_unref(chain->store);
	block_unref(chain->genesis);
	config_free(chain->config);
	fake_chain_close(chain->chain);
	fake_chain_free(chain->chain);
	g_byte_array_unref(chain->output);
	g_free(chain);
}

/* ---- calls ------------------------------------------------------------- */

/* What signs: "012" or texts with ',' between. */
static char **
signer_texts(const KernelChain *chain, const char *signers)
{
	g_autofree char *text = NULL;
	GString *out = g_string_new(NULL);

	if (strspn(signers, "0123456789") == strlen(signers))
		for (; *signers != '\0'; signers++)
			g_string_append_printf(out, "%s#%c",
					       out->len > 0 ? "," : "",
					       *signers);
	else
		g_string_append(out, signers);
	text = kernel_text(chain, out->str);
	g_string_free(out, TRUE);
	return g_strsplit(text, ",", -1);
}

/* Arguments of a call, in the arena. */
static guint
make_args(const KernelChain *chain, Arena *arena, const char *const *pairs,
	  Xldgpb__Argument *args[KERNEL_ARGS_MAX])
{
	guint n = 0;

	for (; pairs[2 * n] != NULL && n < KERNEL_ARGS_MAX; n++) {
		const char *name = pairs[2 * n];
		g_autofree char *value = kernel_text(chain, pairs[2 * n + 1]);
		Xldgpb__Argument *made = arena_room(arena, sizeof(*made));

		xldgpb__argument__init(made);
		made->key = arena_copy(arena, name, strlen(name));
		made->value.data =
			(guint8 *)arena_copy(arena, value, strlen(value));
		made->value.len = strlen(value);
		args[n] = made;
	}
	return n;
}

static const KernelMethod *
find_method(const char *text)
{
	g_auto(GStrv) parts = g_strsplit(text, ".", 2);

	return parts[0] == NULL || parts[1] == NULL
		       ? NULL
		       : kernel_find(bsn_slice_str(parts[0]),
				     bsn_slice_str(parts[1]));
}

static int32_t
run(KernelChain *chain, const KernelMethod *method, char **signers,
    KernelCall *call)
{
	const SandboxEnv env = {
		.config = chain->config,
		.suite = &chain->suite,
		.initiator = signers[0],
		.auth_require = (const char *const *)(signers[0] != NULL
							      ? signers + 1
							      : signers),
		.time_ms = 1700000000000,
	};
	g_autoptr(Sandbox) box = sandbox_new(chain->layer, &env);
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	int32_t status;

	call->box = box;
	sandbox_set_read_only(box, (method->flags & KERNEL_READS) != 0);
	status = method->run(call, &chain->err);
	sandbox_result(box, &arena, &msg);
	if (status == BSN_OK)
		apply(chain, &msg);
	return status;
}

int32_t
kernel_call_pairs(KernelChain *chain, const char *signers, const char *method,
		  const char *const *pairs)
{
	g_auto(GStrv) texts = signer_texts(chain, signers);
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__Argument *args[KERNEL_ARGS_MAX];
	KernelCall call = { .output = chain->output,
			    .args = args,
			    .n_args = make_args(chain, &arena, pairs, args) };
	const KernelMethod *found = find_method(method);
	int32_t status;

	g_byte_array_set_size(chain->output, 0);
	chain->err.reason[0] = '\0';
	if (found == NULL)
		return bsn_fail(&chain->err, BSN_NOT_FOUND, "no such method");
	status = run(chain, found, texts, &call);
	/* A refusal says why. */
	g_assert_true(status == BSN_OK || chain->err.reason[0] != '\0');
	g_byte_array_append(chain->output, (const guint8 *)"", 1);
	return status;
}

int32_t
kernel_call(KernelChain *chain, const char *signers, const char *method, ...)
{
	const char *pairs[2 * KERNEL_ARGS_MAX + 1];
	const char *text;
	va_list list;
	guint n = 0;

	g_assert_nonnull(find_method(method));
	va_start(list, method);
	while ((text = va_arg(list, const char *)) != NULL) {
		g_assert_cmpuint(n, <, 2 * KERNEL_ARGS_MAX);
		pairs[n++] = text;
	}
	va_end(list);
	pairs[n] = NULL;
	return kernel_call_pairs(chain, signers, method, pairs);
}

const char *
kernel_answer(const KernelChain *chain)
{
	return (const char *)chain->output->data;
}

const json_t *
kernel_answered(const KernelChain *chain, const char *path)
{
	static json_t *last;
	g_auto(GStrv) parts = g_strsplit(path, ".", -1);
	const json_t *at;

	json_decref(last);
	last = json_loads(kernel_answer(chain), 0, NULL);
	at = last;
	for (gsize i = 0; parts[i] != NULL; i++)
		at = json_is_array(at) ? json_array_get(at,
							(size_t)atoi(parts[i]))
				       : json_object_get(at, parts[i]);
	return at;
}

/* ---- blocks ------------------------------------------------------------ */

int32_t
kernel_block(KernelChain *chain, guint64 height, guint64 term, gsize *reads)
{
	const char *nobody = NULL;
	const SandboxEnv env = { .config = chain->config,
				 .suite = &chain->suite,
				 .initiator = "",
				 .auth_require = &nobody,
				 .time_ms = 1700000000000,
				 .height = height,
				 .term = term };
	g_autoptr(Sandbox) box = sandbox_new(chain->layer, &env);
	g_auto(Arena) arena = ARENA_INIT;
	Xldgpb__Transaction msg = XLDGPB__TRANSACTION__INIT;
	int32_t status;

	chain->err.reason[0] = '\0';
	status = kernel_begin_block(box, chain->term, &chain->err);
	sandbox_result(box, &arena, &msg);
	if (status == BSN_OK)
		apply(chain, &msg);
	else if (status == BSN_NOT_FOUND)
		g_assert_cmpuint(msg.n_tx_outputs_ext, ==, 0);
	else
		g_error("no block can be made: %s", chain->err.reason);
	if (reads != NULL)
		*reads = msg.n_tx_inputs_ext;
	chain->height = height;
	chain->term = term;
	return status;
}

char *
kernel_validators(KernelChain *chain)
{
	g_autoptr(Agreement) agreement = NULL;
	GString *out = g_string_new(NULL);

	g_assert_cmpint(agreement_read(chain->layer, &chain->suite, &agreement,
				       &chain->err),
			==, BSN_OK);
	for (guint i = 0; i < agreement->n_validators; i++) {
		const bsn_member *member =
			&g_array_index(agreement->list, bsn_member, i);

		for (guint j = 0; j < KERNEL_PEOPLE; j++)
			if (memcmp(member->public_key.data,
				   chain->people[j].public_key,
				   PUBLIC_KEY_LEN) == 0)
				g_string_append_c(out, (char)('0' + j));
	}
	return g_string_free(out, FALSE);
}
