/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store_overlay.h"

struct Overlay {
	const StoreEntry *entry;
	Overlay *left, *right;
	gatomicrefcount refs;
	guint32 priority; /* never below a child's */
};

static Overlay *
node_new(const StoreEntry *entry, guint32 priority, Overlay *left,
	 Overlay *right)
{
	Overlay *node = g_new(Overlay, 1);

	store_batch_ref(entry->batch);
	node->entry = entry;
	node->left = left;
	node->right = right;
	node->priority = priority;
	g_atomic_ref_count_init(&node->refs);
	return node;
}

Overlay *
overlay_ref(Overlay *root)
{
	if (root != NULL)
		g_atomic_ref_count_inc(&root->refs);
	return root;
}

void
overlay_unref(Overlay *root)
{
	if (root == NULL || !g_atomic_ref_count_dec(&root->refs))
		return;
	overlay_unref(root->left);
	overlay_unref(root->right);
	store_batch_unref(root->entry->batch);
	g_free(root);
}

/* Takes a reference and returns a node that nobody else sees. */
static Overlay *
own(Overlay *node)
{
	Overlay *copy;

	if (g_atomic_ref_count_compare(&node->refs, 1))
		return node;
	copy = node_new(node->entry, node->priority, overlay_ref(node->left),
			overlay_ref(node->right));
	overlay_unref(node);
	return copy;
}

static int
compare(const Overlay *node, const void *key, gsize len)
{
	return store_key_compare(key, len, node->entry->key,
				 node->entry->key_len);
}

static Overlay *
rotate_right(Overlay *node)
{
	Overlay *up = node->left;

	node->left = up->right;
	up->right = node;
	return up;
}

static Overlay *
rotate_left(Overlay *node)
{
	Overlay *up = node->right;

	node->right = up->left;
	up->left = node;
	return up;
}

static Overlay *
replace(Overlay *node, const StoreEntry *entry)
{
	store_batch_ref(entry->batch);
	store_batch_unref(node->entry->batch);
	node->entry = entry;
	return node;
}

static Overlay *
put(Overlay *node, const StoreEntry *entry)
{
	int order;

	if (node == NULL)
		return node_new(entry, g_random_int(), NULL, NULL);
	node = own(node);
	order = compare(node, entry->key, entry->key_len);
	if (order == 0)
		return replace(node, entry);
	if (order < 0) {
		node->left = put(node->left, entry);
		return node->left->priority > node->priority
			       ? rotate_right(node)
			       : node;
	}
	node->right = put(node->right, entry);
	return node->right->priority > node->priority ? rotate_left(node)
						      : node;
}

void
overlay_put(Overlay **root, const StoreEntry *entry)
{
	*root = put(*root, entry);
}

/* One tree of two, every key of `left` being below those of `right`. */
static Overlay *
merge(Overlay *left, Overlay *right)
{
	if (left == NULL)
		return right;
	if (right == NULL)
		return left;
	if (left->priority > right->priority) {
		left = own(left);
		left->right = merge(left->right, right);
		return left;
	}
	right = own(right);
	right->left = merge(left, right->left);
	return right;
}

static Overlay *
cut(Overlay *node, const StoreEntry *entry)
{
	int order;
	Overlay *rest;

	node = own(node);
	order = compare(node, entry->key, entry->key_len);
	if (order < 0) {
		node->left = cut(node->left, entry);
		return node;
	}
	if (order > 0) {
		node->right = cut(node->right, entry);
		return node;
	}
	rest = merge(node->left, node->right);
	node->left = NULL;
	node->right = NULL;
	overlay_unref(node);
	return rest;
}

void
overlay_remove(Overlay **root, const StoreEntry *entry)
{
	if (overlay_find(*root, entry->key, entry->key_len) == entry)
		*root = cut(*root, entry);
}

const StoreEntry *
overlay_find(const Overlay *root, const void *key, gsize len)
{
	while (root != NULL) {
		int order = compare(root, key, len);

		if (order == 0)
			return root->entry;
		root = order < 0 ? root->left : root->right;
	}
	return NULL;
}

const StoreEntry *
overlay_after(const Overlay *root, const void *key, gsize len,
	      gboolean inclusive)
{
	const StoreEntry *best = NULL;

	while (root != NULL) {
		int order = compare(root, key, len);

		if (order < 0 || (order == 0 && inclusive)) {
			best = root->entry;
			root = root->left;
		} else {
			root = root->right;
		}
	}
	return best;
}

const StoreEntry *
overlay_before(const Overlay *root, const void *key, gsize len)
{
	const StoreEntry *best = NULL;

	while (root != NULL) {
		if (compare(root, key, len) > 0) {
			best = root->entry;
			root = root->right;
		} else {
			root = root->left;
		}
	}
	return best;
}
