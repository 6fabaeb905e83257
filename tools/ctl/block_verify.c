/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/ctl/block_verify.h"

#include <bsn/helpers/error.h>
#include <string.h>

#include "tools/ctl/hex.h"
#include "tools/ctl/offline.h"

#define KEY_LEN 64u

const Option block_verify_options[] = {
	{ "genesis", 'g', "FILE",
	  "the chain's, as 'bsnctl chain genesis' of somebody you trust has "
	  "printed it" },
	{ "members", 'm', "FILE",
	  "who agreed on the block, if not the genesis's first nodes: as "
	  "'bsnctl node list CHAIN --json' prints them" },
	{ "plugin-dir", 0, "DIR",
	  "whose plugins judge it (" BSN_PLUGIN_DIR ")" },
	{ NULL, 0, NULL, NULL },
};

/* What is given, and what the slices and members point into. */
typedef struct {
	const char *framework; /* of `genesis` */
	json_t *genesis;
	json_t *block;
	json_t *members; /* or NULL */
	GBytes *genesis_bytes;
	GBytes *block_bytes;
	GArray *list; /* bsn_member */
	GPtrArray *keys; /* GBytes */
} Given;

static void
given_clear(Given *given)
{
	json_decref(given->genesis);
	json_decref(given->block);
	json_decref(given->members);
	g_clear_pointer(&given->genesis_bytes, g_bytes_unref);
	g_clear_pointer(&given->block_bytes, g_bytes_unref);
	g_array_unref(given->list);
	g_ptr_array_unref(given->keys);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Given, given_clear)

/* ---- reading ------------------------------------------------------------- */

static json_t *
read_file(const char *file, GError **error)
{
	g_autofree char *at = g_strconcat("@", file, NULL);

	return ctl_read_json(at, file, error);
}

static GBytes *
bytes_at(json_t *object, const char *path)
{
	const char *hex = json_string_value(output_member(object, path));

	return hex != NULL ? ctl_hex_decode(hex) : NULL;
}

static gboolean
read_genesis(Given *given, const Args *args, GError **error)
{
	const char *file = args_option(args, "genesis");

	if (file == NULL)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--genesis is missing\nIt tells which chain and "
				"whose signatures: 'bsnctl chain genesis "
				"CHAIN'.");
	given->genesis = read_file(file, error);
	if (given->genesis == NULL)
		return FALSE;
	given->framework = json_string_value(
		json_object_get(given->genesis, "framework"));
	given->genesis_bytes = bytes_at(given->genesis, "genesis");
	if (given->framework != NULL && given->genesis_bytes != NULL)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"%s is no genesis of a chain\n'bsnctl chain genesis "
			"CHAIN' on a host that has the chain writes one.",
			file);
}

static gboolean
read_block(Given *given, const Args *args, GError **error)
{
	const char *file = args_operand(args, 0);

	given->block = read_file(file, error);
	if (given->block == NULL)
		return FALSE;
	given->block_bytes = bytes_at(given->block, "detail.raw");
	if (given->block_bytes != NULL)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"%s holds no block as it is encoded\n'bsnctl block "
			"show CHAIN BLOCK --raw --json' prints one.",
			file);
}

static bsn_slice
slice_of(GBytes *bytes)
{
	gsize len;
	const guint8 *data = g_bytes_get_data(bytes, &len);

	return (bsn_slice){ data, len };
}

/* Only consensus nodes certify. */
static gboolean
add_member(Given *given, json_t *node, GError **error)
{
	const char *role = json_string_value(json_object_get(node, "role"));
	const char *algorithm =
		json_string_value(json_object_get(node, "algorithm"));
	GBytes *key = bytes_at(node, "public_key");
	bsn_member member = { .size = sizeof(member),
			      .role = BSN_ROLE_CONSENSUS,
			      .algorithm = algorithm };

	if (key != NULL)
		g_ptr_array_add(given->keys, key);
	if (g_strcmp0(role, "consensus") != 0)
		return TRUE;
	if (algorithm == NULL || key == NULL ||
	    g_bytes_get_size(key) != KEY_LEN)
		return ctl_fail(error, CTL_ERROR_USAGE,
				"--members has a node without algorithm or "
				"public_key\n'bsnctl node list CHAIN --json' "
				"prints what it takes.");
	member.public_key = slice_of(key);
	g_array_append_val(given->list, member);
	return TRUE;
}

static gboolean
read_members(Given *given, const Args *args, GError **error)
{
	const char *file = args_option(args, "members");
	json_t *nodes;

	if (file == NULL)
		return TRUE;
	given->members = read_file(file, error);
	if (given->members == NULL)
		return FALSE;
	nodes = ctl_rows(given->members, "nodes");
	for (gsize i = 0; i < json_array_size(nodes); i++)
		if (!add_member(given, json_array_get(nodes, i), error))
			return FALSE;
	if (given->list->len > 0)
		return TRUE;
	return ctl_fail(error, CTL_ERROR_USAGE,
			"%s has no consensus node\n'bsnctl node list CHAIN "
			"--json' prints what it takes.",
			file);
}

/* ---- judging ------------------------------------------------------------- */

typedef struct {
	bsn_sink sink;
	GString *text;
} Text;

static int32_t
write_text(bsn_sink *sink, const void *data, uint64_t len)
{
	g_string_append_len(((Text *)sink)->text, data, (gssize)len);
	return BSN_OK;
}

static json_t *
judge(const Given *given, const bsn_engine *engine, GError **error)
{
	g_autoptr(GString) text = g_string_new(NULL);
	Text sink = { .sink = { .write = write_text }, .text = text };
	bsn_err err = BSN_ERR_INIT;
	int32_t status;

	if (!BSN_HAS(engine->block, verify)) {
		ctl_fail(error, CTL_ERROR_FAILED,
			 "framework %s proves no blocks to others",
			 engine->framework);
		return NULL;
	}
	status = engine->block->verify(
		slice_of(given->genesis_bytes),
		(const bsn_member *)(void *)given->list->data, given->list->len,
		slice_of(given->block_bytes), &sink.sink, &err);
	if (status == BSN_OK)
		return json_loadb(text->str, text->len, 0, NULL);
	ctl_fail(error, CTL_ERROR_FAILED, "the block is not proven: %s%s",
		 err.reason,
		 status == BSN_BAD_SIGNATURE && given->list->len == 0
			 ? "\nIf nodes were added or removed before it, name "
			   "those of its height with --members."
			 : "");
	return NULL;
}

static gint64
number_of(const json_t *object, const char *key)
{
	return json_integer_value(json_object_get(object, key));
}

static void
print_proof(const Output *output, const Given *given, const json_t *proof)
{
	const char *name =
		json_string_value(json_object_get(given->genesis, "name"));

	fprintf(output->file,
		"Proven: block %" G_GINT64_FORMAT " of %s, hash %s\n"
		"  Its transactions (%" G_GINT64_FORMAT
		") and their receipts are those that its hash stands for.\n"
		"  At least %" G_GINT64_FORMAT " of the %" G_GINT64_FORMAT
		" nodes of %s have certified that hash, for this chain, by "
		"%s.\n",
		number_of(proof, "number"), name != NULL ? name : "the chain",
		json_string_value(json_object_get(proof, "hash")),
		number_of(proof, "txs"), number_of(proof, "quorum"),
		number_of(proof, "members"),
		given->list->len > 0 ? "--members" : "the genesis",
		json_string_value(json_object_get(proof, "consensus")));
}

static gboolean
verify(Ctl *ctl, const Args *args, const Given *given, GError **error)
{
	const char *directory = args_option(args, "plugin-dir");
	const bsn_engine *engine = offline_engine(
		directory != NULL ? directory : BSN_PLUGIN_DIR,
		given->framework, error);
	json_t *proof = engine != NULL ? judge(given, engine, error) : NULL;

	if (proof == NULL)
		return FALSE;
	if (ctl->output.json)
		output_json(&ctl->output, proof);
	else
		print_proof(&ctl->output, given, proof);
	json_decref(proof);
	return TRUE;
}

gboolean
run_block_verify(Ctl *ctl, const Args *args, GError **error)
{
	g_auto(Given) given = {
		.list = g_array_new(FALSE, TRUE, sizeof(bsn_member)),
		.keys = g_ptr_array_new_with_free_func(
			(GDestroyNotify)g_bytes_unref),
	};

	return read_genesis(&given, args, error) &&
	       read_block(&given, args, error) &&
	       read_members(&given, args, error) &&
	       verify(ctl, args, &given, error);
}
