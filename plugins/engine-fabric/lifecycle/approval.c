/* SPDX-License-Identifier: Apache-2.0
 *
 * What organisations have approved.
 */
#include <string.h>

#include <bsn/helpers/error.h>

#include "plugins/kit/codec/message.h"
#include "plugins/engine-fabric/ledger/key.h"
#include "plugins/engine-fabric/lifecycle/fields.h"

typedef Lifecycle__QueryApprovedChaincodeDefinitionResult Record;

static char *
collection_of(const char *msp_id)
{
	return g_strconcat(IMPLICIT_COLLECTION, msp_id, NULL);
}

static int32_t
get_hash(const View *view, const char *msp_id, const char *key,
	 StateItem **item, bsn_err *err)
{
	const State *state = &view->ledger->state;
	const bsn_slice namespace = bsn_slice_str(LIFECYCLE_NAME);
	const bsn_slice text = bsn_slice_str(key);
	g_autofree char *collection = collection_of(msp_id);
	g_auto(Arena) arena = ARENA_INIT;
	guint8 hash[HASH_LEN];
	int32_t status;

	if (view->simulator != NULL)
		return simulator_get_hash(view->simulator, namespace,
					  bsn_slice_str(collection), text, item,
					  err);
	status = suite_digest(&state->suite, &text, 1, hash);
	if (status != BSN_OK)
		return status;
	return state_get(state,
			 state_key(&arena, namespace, bsn_slice_str(collection),
				   bsn_slice_of(hash, HASH_LEN)),
			 item, err);
}

/* Whether the collection has that value under that key. */
static int32_t
has(const View *view, const char *msp_id, const Field *field, gboolean *is_there,
    bsn_err *err)
{
	g_autoptr(StateItem) item = NULL;
	guint8 hash[HASH_LEN];
	int32_t status = get_hash(view, msp_id, field->key, &item, err);

	if (status == BSN_OK)
		status = suite_digest(&view->ledger->state.suite, &field->value,
				      1, hash);
	*is_there = status == BSN_OK && item != NULL &&
		    bsn_slice_equal(item->value, bsn_slice_of(hash, HASH_LEN));
	return status;
}

int32_t
approval_holds(const View *view, const char *msp_id, const Terms *terms,
	       gboolean *approved, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	Field fields[ENTRIES_MAX];
	const guint n = fields_of_approval(&arena, terms, fields);
	int32_t status = BSN_OK;

	*approved = TRUE;
	for (guint i = 0; i < n && status == BSN_OK && *approved; i++)
		status = has(view, msp_id, &fields[i], approved, err);
	return status;
}

/* ---- under a key of our own ---- */

static char *
record_key(const char *msp_id, const char *name, gint64 sequence)
{
	return g_strdup_printf(KEY_SOURCES "%s#%" G_GINT64_FORMAT "/%s", name,
			       sequence, msp_id);
}

gboolean
approval_key_split(Arena *arena, bsn_slice key, const char **name,
		   gint64 *sequence, const char **msp_id)
{
	char *text = arena_copy(arena, key.data, (gsize)key.len);
	char *mark;
	char *slash;

	if (strlen(text) != key.len || !g_str_has_prefix(text, KEY_SOURCES))
		return FALSE;
	text += strlen(KEY_SOURCES);
	mark = strchr(text, '#');
	slash = mark != NULL ? strchr(mark, '/') : NULL;
	if (slash == NULL)
		return FALSE;
	*mark = *slash = '\0';
	*name = text;
	*msp_id = slash + 1;
	return g_ascii_string_to_signed(mark + 1, 10, 1, G_MAXINT64, sequence,
					NULL);
}

static const char *
package_of(const Lifecycle__ChaincodeSource *source)
{
	return source != NULL &&
			       source->type_case ==
				       LIFECYCLE__CHAINCODE_SOURCE__TYPE_LOCAL_PACKAGE
		       ? source->local_package->package_id
		       : "";
}

int32_t
approval_record(const View *view, Arena *arena, const char *msp_id,
		const char *name, gint64 sequence, bsn_slice *record,
		bsn_err *err)
{
	g_autofree char *key = record_key(msp_id, name, sequence);
	g_autoptr(StateItem) item = NULL;
	const int32_t status = view_get(view, key, &item, err);

	if (status != BSN_OK)
		return status;
	if (item == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"%s has approved no definition of %s with "
				"sequence %" G_GINT64_FORMAT,
				msp_id, name, sequence);
	*record = bsn_slice_of(arena_copy(arena, item->value.data,
					  (gsize)item->value.len),
			       item->value.len);
	return BSN_OK;
}

int32_t
approval_read(const View *view, Arena *arena, const char *msp_id,
	      const char *name, gint64 sequence, Terms *terms,
	      const char **package_id, bsn_err *err)
{
	bsn_slice bytes = { NULL, 0 };
	const int32_t status = approval_record(view, arena, msp_id, name,
					       sequence, &bytes, err);
	const Record *record;

	if (status != BSN_OK)
		return status;
	record = message_unpack(
		arena,
		&lifecycle__query_approved_chaincode_definition_result__descriptor,
		bytes, NULL, NULL);
	if (record == NULL)
		return bsn_fail(err, BSN_NOT_FOUND,
				"what %s has approved of %s cannot be read",
				msp_id, name);
	*terms = (Terms){ arena_copy(arena, name, strlen(name)),
			  record->sequence, record->version,
			  record->init_required,
			  message_slice(record->validation_parameter),
			  terms_collections(arena, record->collections) };
	if (package_id != NULL)
		*package_id = package_of(record->source);
	return BSN_OK;
}

static bsn_slice
pack_record(Arena *arena, const Terms *terms, const char *package_id)
{
	Record record =
		LIFECYCLE__QUERY_APPROVED_CHAINCODE_DEFINITION_RESULT__INIT;
	Lifecycle__ChaincodeSource source = LIFECYCLE__CHAINCODE_SOURCE__INIT;
	Lifecycle__ChaincodeSource__Local local =
		LIFECYCLE__CHAINCODE_SOURCE__LOCAL__INIT;
	Lifecycle__ChaincodeSource__Unavailable unavailable =
		LIFECYCLE__CHAINCODE_SOURCE__UNAVAILABLE__INIT;

	if (package_id[0] != '\0') {
		source.type_case =
			LIFECYCLE__CHAINCODE_SOURCE__TYPE_LOCAL_PACKAGE;
		local.package_id = (char *)package_id;
		source.local_package = &local;
	} else {
		source.type_case =
			LIFECYCLE__CHAINCODE_SOURCE__TYPE_UNAVAILABLE;
		source.unavailable = &unavailable;
	}
	record.sequence = terms->sequence;
	record.version = (char *)terms->version;
	record.endorsement_plugin = (char *)ENDORSEMENT_PLUGIN;
	record.validation_plugin = (char *)VALIDATION_PLUGIN;
	record.validation_parameter = message_bytes(terms->policy);
	record.init_required = terms->init_required;
	record.collections = terms_package(arena, terms);
	record.source = &source;
	return message_put(arena, &record);
}

/* ---- writing ---- */

static int32_t
put_changed(const View *view, const char *msp_id, const Field *field,
	    bsn_err *err)
{
	g_autofree char *collection = collection_of(msp_id);
	gboolean same;
	const int32_t status = has(view, msp_id, field, &same, err);

	if (status != BSN_OK || same)
		return status;
	return simulator_put_hashed(view->simulator,
				    bsn_slice_str(LIFECYCLE_NAME),
				    bsn_slice_str(collection),
				    bsn_slice_str(field->key), field->value,
				    err);
}

int32_t
approval_put(const View *view, const char *msp_id, const Terms *terms,
	     const char *package_id, bsn_err *err)
{
	g_auto(Arena) arena = ARENA_INIT;
	Field fields[2 * ENTRIES_MAX];
	g_autofree char *key = record_key(msp_id, terms->name, terms->sequence);
	guint n = fields_of_approval(&arena, terms, fields);
	int32_t status = BSN_OK;

	n += fields_of_source(&arena, terms, package_id, fields + n);
	for (guint i = 0; i < n && status == BSN_OK; i++)
		status = put_changed(view, msp_id, &fields[i], err);
	return status == BSN_OK
		       ? simulator_put(view->simulator,
				       bsn_slice_str(LIFECYCLE_NAME),
				       bsn_slice_str(key),
				       pack_record(&arena, terms, package_id),
				       err)
		       : status;
}
