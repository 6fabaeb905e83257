/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/unit/wasm-ground.h"

#include <bsn/helpers/bytes.h>
#include <bsn/helpers/error.h>
#include <string.h>

#include "plugins/kit/arguments.h"
#include "plugins/kit/hex.h"
#include "plugins/kit/sink.h"
#include "plugins/runtime-wasm/machine/frame.h"
#include "tests/unit/fake-host.h"

#define CONTRACTS "tests/wasm/contracts"

static gint
compare_entries(gconstpointer a, gconstpointer b, gpointer unused)
{
	return g_bytes_compare(a, b);
}

static GBytes *
bytes_of(bsn_slice slice)
{
	return g_bytes_new(slice.data, slice.len);
}

static char *
text_of(bsn_slice slice)
{
	return slice.len > 0 ? g_strndup((const char *)slice.data, slice.len) :
			       g_strdup("");
}

/* ---- the state ------------------------------------------------------------ */

static int32_t
get(bsn_state *state, bsn_slice key, bsn_sink *value)
{
	Ground *ground = (Ground *)state;
	g_autoptr(GBytes) bytes = bytes_of(key);
	GBytes *found = g_tree_lookup(ground->entries, bytes);

	g_assert_cmpuint(key.len, <=, BSN_STATE_KEY_MAX);
	if (ground->broken != BSN_OK)
		return ground->broken;
	return found != NULL ? value->write(value,
					    bytes_slice(found).data,
					    bytes_slice(found).len) :
			       BSN_NOT_FOUND;
}

static int32_t
get_fixed(bsn_state *state, bsn_slice key, bsn_sink *value)
{
	((Ground *)state)->fixed++;
	return get(state, key, value);
}

static int32_t
put(bsn_state *state, bsn_slice key, bsn_slice value)
{
	Ground *ground = (Ground *)state;

	g_assert_cmpuint(key.len, <=, BSN_STATE_KEY_MAX);
	g_tree_replace(ground->entries, bytes_of(key), bytes_of(value));
	return ground->broken;
}

static int32_t
del(bsn_state *state, bsn_slice key)
{
	Ground *ground = (Ground *)state;
	g_autoptr(GBytes) bytes = bytes_of(key);

	g_tree_remove(ground->entries, bytes);
	return ground->broken;
}

static int32_t
scan(bsn_state *state, bsn_slice from, bsn_slice to, bsn_scan_sink *sink)
{
	Ground *ground = (Ground *)state;
	g_autoptr(GBytes) first = bytes_of(from);
	g_autoptr(GBytes) end = bytes_of(to);
	GTreeNode *node = g_tree_lower_bound(ground->entries, first);
	int32_t status = ground->broken;

	g_assert_cmpuint(from.len, <=, BSN_STATE_KEY_MAX);
	g_assert_cmpuint(to.len, <=, BSN_STATE_KEY_MAX);
	for (; node != NULL && status == BSN_OK &&
	       g_bytes_compare(g_tree_node_key(node), end) < 0;
	     node = g_tree_node_next(node))
		status = sink->entry(sink, bytes_slice(g_tree_node_key(node)),
				     bytes_slice(g_tree_node_value(node)));
	return status;
}

static int32_t
emit(bsn_state *state, bsn_slice contract, const bsn_slice *topics, uint64_t n,
     bsn_slice data)
{
	Ground *ground = (Ground *)state;

	g_assert_cmpuint(n, ==, 1);
	g_ptr_array_add(ground->events,
			g_strdup_printf("%.*s/%.*s/%.*s", (int)contract.len,
					(const char *)contract.data,
					(int)topics[0].len,
					(const char *)topics[0].data,
					(int)data.len,
					data.len > 0 ? (const char *)data.data :
						       ""));
	return BSN_OK;
}

static void
done(bsn_state *state, const bsn_outcome *outcome)
{
	Ground *ground = (Ground *)state;

	ground->outcomes++;
	ground->status = outcome->status;
	ground->used = outcome->budget_used;
	g_byte_array_set_size(ground->output, 0);
	if (outcome->output.len > 0)
		g_byte_array_append(ground->output, outcome->output.data,
				    (guint)outcome->output.len);
	g_free(ground->reason);
	g_free(ground->created);
	ground->reason = text_of(outcome->reason);
	ground->created = text_of(outcome->created);
	if (!g_utf8_validate(ground->reason, -1, NULL))
		g_error("a reason is no UTF-8: %s", ground->reason);
	g_assert_true((outcome->status == BSN_OK) ==
		      (outcome->reason.len == 0));
}

/* What no answer may have. */
static int32_t
flood(bsn_sink *output)
{
	g_autofree guint8 *bytes = g_malloc0(CONTRACT_DATA_MAX + 1);

	return output->write(output, bytes, CONTRACT_DATA_MAX + 1);
}

/* ---- a contract of the engine's ------------------------------------------- */

static int32_t
add(Ground *ground, const bsn_call *call, bsn_sink *output)
{
	bsn_slice rest = call->input, name, value;
	const bsn_slice topic = bsn_slice_str("added");

	g_assert_cmpuint(call->flags & BSN_CALL_READ_ONLY, ==, 0);
	g_assert_cmpint(arguments_next(&rest, &name, &value), ==, BSN_OK);
	g_ptr_array_add(ground->listed,
			g_strndup((const char *)value.data, value.len));
	g_assert_cmpint(call->events->emit(call->events, call->contract, &topic,
					   1, value),
			==, BSN_OK);
	return output->write(output, "added", 5);
}

static int32_t
builtin(bsn_state *state, const bsn_call *call, bsn_sink *output,
	bsn_outcome *outcome)
{
	Ground *ground = (Ground *)state;

	if (!ground->has_builtin ||
	    !bsn_slice_equal(call->contract, bsn_slice_str(GROUND_BUILTIN)))
		return BSN_NOT_OFFERED;
	outcome->budget_used = 1000;
	if (bsn_slice_equal(call->function, bsn_slice_str("add"))) {
		outcome->status = add(ground, call, output);
	} else if (bsn_slice_equal(call->function, bsn_slice_str("break"))) {
		return BSN_E_IO;
	} else if (bsn_slice_equal(call->function, bsn_slice_str("flood"))) {
		return flood(output);
	} else {
		outcome->status = BSN_REVERTED;
		outcome->reason = bsn_slice_str("the engine refuses");
	}
	return BSN_OK;
}

static uint64_t
mark(bsn_state *state)
{
	return ((Ground *)state)->listed->len;
}

static void
revert(bsn_state *state, uint64_t to)
{
	g_ptr_array_set_size(((Ground *)state)->listed, (gint)to);
}

/* ---- the fixture ---------------------------------------------------------- */

static gboolean has_crypto, has_plugin;

void
ground_has_crypto(void)
{
	has_crypto = TRUE;
}

static void
open_plugins(void)
{
	if (has_plugin)
		return;
	if (!has_crypto) {
		fake_host_reset(1);
		fake_host_load("crypto-std.so");
		fake_host_load("crypto-gm.so");
	}
	g_assert_cmpint(wasm_plugin_open(fake_host(), NULL), ==, BSN_OK);
	has_plugin = TRUE;
}

Ground *
ground_new(void)
{
	Ground *ground = g_new0(Ground, 1);

	open_plugins();
	ground->state = (bsn_state){ .size = sizeof(bsn_state),
				     .get = get,
				     .put = put,
				     .del = del,
				     .scan = scan,
				     .emit = emit,
				     .builtin = builtin,
				     .done = done,
				     .mark = mark,
				     .revert = revert,
				     .fixed = get_fixed };
	ground->entries = g_tree_new_full(compare_entries, NULL,
					  (GDestroyNotify)g_bytes_unref,
					  (GDestroyNotify)g_bytes_unref);
	ground->events = g_ptr_array_new_with_free_func(g_free);
	ground->listed = g_ptr_array_new_with_free_func(g_free);
	ground->output = g_byte_array_new();
	ground->block = (bsn_block_env){ .size = sizeof(bsn_block_env),
					 .number = 7,
					 .time_ms = 1700000000123,
					 .hash = "sm3" };
	ground->budget = GROUND_BUDGET;
	ground->caller = "ann";
	return ground;
}

void
ground_free(Ground *ground)
{
	g_tree_unref(ground->entries);
	g_ptr_array_unref(ground->events);
	g_ptr_array_unref(ground->listed);
	g_byte_array_unref(ground->output);
	g_free(ground->reason);
	g_free(ground->created);
	g_free(ground);
}

GBytes *
ground_module(const char *file)
{
	g_autofree char *path = g_test_build_filename(
		G_TEST_DIST, CONTRACTS, file, NULL);
	char *data;
	gsize len;

	g_assert_true(g_file_get_contents(path, &data, &len, NULL));
	return g_bytes_new_take(data, len);
}

int32_t
ground_run(Ground *ground, const bsn_call *call)
{
	const guint before = ground->outcomes;
	bsn_err err = { .size = sizeof(err) };
	const int32_t status = wasm_execute(call, &ground->state, &err);

	if (status != BSN_OK)
		g_error("%s", err.reason);
	g_assert_cmpuint(ground->outcomes, ==, before + 1);
	g_assert_cmpuint(ground->used, <=, call->budget);
	return ground->status;
}

static bsn_call
call_of(const Ground *ground, guint32 kind, const char *address)
{
	return (bsn_call){ .size = sizeof(bsn_call),
			   .kind = kind,
			   .flags = ground->flags,
			   .block = &ground->block,
			   .origin = bsn_slice_str("signer"),
			   .caller = bsn_slice_str(ground->caller),
			   .contract = bsn_slice_str(address),
			   .value = ground->value,
			   .budget = ground->budget };
}

static void
add_arguments(GByteArray *out, const char *json)
{
	g_assert_cmpint(arguments_from_json(bsn_slice_str(json), out, NULL), ==,
			BSN_OK);
}

int32_t
ground_create(Ground *ground, const char *address, const char *file,
	      const char *arguments)
{
	g_autoptr(GBytes) module = ground_module(file);
	g_autoptr(GByteArray) encoded = g_byte_array_new();
	g_autoptr(GByteArray) input = g_byte_array_new();
	bsn_call call = call_of(ground, BSN_CALL_CREATE, address);

	add_arguments(encoded, arguments);
	arguments_module(input, bytes_slice(module), buffer_slice(encoded));
	call.input = buffer_slice(input);
	return ground_run(ground, &call);
}

int32_t
ground_call(Ground *ground, const char *address, const char *function,
	    const char *arguments)
{
	g_autoptr(GByteArray) input = g_byte_array_new();
	bsn_call call = call_of(ground, BSN_CALL_INVOKE, address);

	add_arguments(input, arguments);
	call.function = bsn_slice_str(function);
	call.input = buffer_slice(input);
	return ground_run(ground, &call);
}

const char *
ground_text(Ground *ground)
{
	static GString *text;

	if (text != NULL)
		g_string_free(text, TRUE);
	text = g_string_new(NULL);
	for (guint i = 0; i < ground->output->len; i++) {
		const char c = (char)ground->output->data[i];

		g_string_append_c(text, g_ascii_isprint(c) ? c : '?');
	}
	return text->str;
}

static gboolean
dump_entry(gpointer key, gpointer value, gpointer data)
{
	g_autofree char *left = hex_encode(bytes_slice(key));
	g_autofree char *right = hex_encode(bytes_slice(value));

	g_string_append_printf(data, "%s %s\n", left, right);
	return FALSE;
}

char *
ground_dump(const Ground *ground)
{
	GString *text = g_string_new(NULL);

	g_tree_foreach(ground->entries, dump_entry, text);
	for (guint i = 0; i < ground->events->len; i++)
		g_string_append_printf(text, "%s\n",
				       (char *)ground->events->pdata[i]);
	return g_string_free(text, FALSE);
}
