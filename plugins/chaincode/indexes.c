/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "plugins/chaincode/package.h"

#define STATEDB "META-INF/statedb/couchdb/"
#define COLLECTIONS "collections/"
#define INDEXES "indexes/"
#define JSON ".json"

static void
index_free(gpointer data)
{
	ChaincodeIndex *index = data;

	g_free(index->collection);
	g_free(index->file);
	g_free(index->text);
	g_free(index);
}

/* What follows a prefix, or NULL. */
static const char *
behind(const char *path, const char *prefix)
{
	return g_str_has_prefix(path, prefix) ? path + strlen(prefix) : NULL;
}

/* What a path says of an index: its collection, for g_free, and its file's name.
 * NULL: it is not one's. */
static char *
collection_of(const char *path, const char **file)
{
	const char *rest = behind(path, STATEDB);
	const char *name = rest != NULL ? behind(rest, COLLECTIONS) : NULL;
	const char *slash = name != NULL ? strchr(name, '/') : NULL;

	if (slash != NULL)
		rest = slash + 1;
	*file = rest != NULL ? behind(rest, INDEXES) : NULL;
	if (*file == NULL || strchr(*file, '/') != NULL ||
	    !g_str_has_suffix(*file, JSON))
		return NULL;
	return slash != NULL ? g_strndup(name, (gsize)(slash - name))
			     : g_strdup("");
}

static int32_t
take_index(const ChaincodeFile *file, gpointer list)
{
	const char *name;
	g_autofree char *collection = collection_of(file->path, &name);
	ChaincodeIndex *index;

	if (collection == NULL || file->data.len > CHAINCODE_INDEX_MAX ||
	    ((GPtrArray *)list)->len == CHAINCODE_INDEXES_MAX)
		return BSN_OK;
	index = g_new(ChaincodeIndex, 1);
	*index = (ChaincodeIndex){
		g_steal_pointer(&collection), g_strdup(name),
		g_strndup((const char *)file->data.data, (gsize)file->data.len)
	};
	g_ptr_array_add(list, index);
	return BSN_OK;
}

GPtrArray *
chaincode_package_indexes(const ChaincodePackage *package)
{
	GPtrArray *list = g_ptr_array_new_with_free_func(index_free);

	(void)chaincode_package_files(package, take_index, list, NULL);
	return list;
}
