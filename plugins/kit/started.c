/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/kit/started.h"

#include <string.h>

static gint
compare_ids(gconstpointer a, gconstpointer b, gpointer unused)
{
	return strcmp(a, b);
}

static char *
id_text(bsn_slice id)
{
	return g_strndup(id.len > 0 ? (const char *)id.data : "",
			 (gsize)id.len);
}

/* NULL: it has none. */
static GTree *
find_chain(StartedTable *table, bsn_chain *chain)
{
	GTree *tree;

	g_mutex_lock(&table->mutex);
	tree = table->chains != NULL ?
		       g_hash_table_lookup(table->chains, chain) :
		       NULL;
	g_mutex_unlock(&table->mutex);
	return tree;
}

static GTree *
make_chain(StartedTable *table, bsn_chain *chain)
{
	GTree *tree = find_chain(table, chain);

	if (tree != NULL)
		return tree;
	tree = g_tree_new_full(compare_ids, NULL, g_free, table->free);
	g_mutex_lock(&table->mutex);
	if (table->chains == NULL)
		table->chains = g_hash_table_new_full(
			NULL, NULL, NULL, (GDestroyNotify)g_tree_unref);
	g_hash_table_insert(table->chains, chain, tree);
	g_mutex_unlock(&table->mutex);
	return tree;
}

static void
drop_chain(StartedTable *table, bsn_chain *chain)
{
	g_mutex_lock(&table->mutex);
	g_hash_table_remove(table->chains, chain);
	if (g_hash_table_size(table->chains) == 0)
		g_clear_pointer(&table->chains, g_hash_table_unref);
	g_mutex_unlock(&table->mutex);
}

gpointer
started_find(StartedTable *table, bsn_chain *chain, bsn_slice package_id)
{
	g_autofree char *id = id_text(package_id);
	GTree *tree = find_chain(table, chain);

	return tree != NULL ? g_tree_lookup(tree, id) : NULL;
}

void
started_add(StartedTable *table, bsn_chain *chain, bsn_slice package_id,
	    gpointer what)
{
	g_tree_insert(make_chain(table, chain), id_text(package_id), what);
}

void
started_drop(StartedTable *table, bsn_chain *chain, bsn_slice package_id)
{
	g_autofree char *id = id_text(package_id);
	GTree *tree = find_chain(table, chain);

	if (tree == NULL)
		return;
	g_tree_remove(tree, id);
	if (g_tree_nnodes(tree) == 0)
		drop_chain(table, chain);
}

void
started_each(StartedTable *table, bsn_chain *chain, GTraverseFunc tell,
	     gpointer data)
{
	GTree *tree = find_chain(table, chain);

	if (tree != NULL)
		g_tree_foreach(tree, tell, data);
}
