/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store_overlay.h"

#include <string.h>

struct Overlay {
	const StoreEntry *entry;
	Overlay *left, *right;
	guint64 head; /* of the key: what most comparisons need */
	gatomicrefcount refs;
	guint32 priority; /* never below a child's */
};

/* The first bytes after the prefix, as a number in the same order. */
static guint64
head_of(const void *key, gsize len)
{
	guint64 head = 0;

	memcpy(&head, (const guint8 *)key + STORE_PREFIX_LEN,
	       MIN(len - STORE_PREFIX_LEN, sizeof(head)));
	return GUINT64_FROM_BE(head);
}

/* Of chance as far as keys go: where the node lies in memory, mixed
 * (Stafford's variant 13 of the finaliser of MurmurHash3). */
static guint32
priority_of(const Overlay *node)
{
	guint64 z = (guintptr)node ^ (guintptr)node->entry << 17;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
	return (guint32)(z >> 32);
}

static Overlay *
node_new(const StoreEntry *entry, guint64 head, Overlay *left, Overlay *right)
{
	Overlay *node = g_new(Overlay, 1);

	store_batch_ref(entry->batch);
	node->entry = entry;
	node->head = head;
	node->left = left;
	node->right = right;
	node->priority = priority_of(node);
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
	copy = node_new(node->entry, node->head, overlay_ref(node->left),
			overlay_ref(node->right));
	copy->priority = node->priority;
	overlay_unref(node);
	return copy;
}

static int
compare(const Overlay *node, guint64 head, const void *key, gsize len)
{
	if (head != node->head)
		return head < node->head ? -1 : 1;
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
put(Overlay *node, guint64 head, const StoreEntry *entry)
{
	int order;

	if (node == NULL)
		return node_new(entry, head, NULL, NULL);
	node = own(node);
	order = compare(node, head, entry->key, entry->key_len);
	if (order == 0)
		return replace(node, entry);
	if (order < 0) {
		node->left = put(node->left, head, entry);
		return node->left->priority > node->priority
			       ? rotate_right(node)
			       : node;
	}
	node->right = put(node->right, head, entry);
	return node->right->priority > node->priority ? rotate_left(node)
						      : node;
}

void
overlay_put(Overlay **root, const StoreEntry *entry)
{
	*root = put(*root, head_of(entry->key, entry->key_len), entry);
}

void
overlay_exchange(Overlay **root, const StoreEntry *from, const StoreEntry *to)
{
	if (overlay_find(*root, from->key, from->key_len) == from)
		overlay_put(root, to);
}

void
overlay_collect(const Overlay *root, GPtrArray *out)
{
	for (; root != NULL; root = root->right) {
		overlay_collect(root->left, out);
		g_ptr_array_add(out, (void *)root->entry);
	}
}

const StoreEntry *
overlay_find(const Overlay *root, const void *key, gsize len)
{
	const guint64 head = head_of(key, len);

	while (root != NULL) {
		int order = compare(root, head, key, len);

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
	const guint64 head = head_of(key, len);
	const StoreEntry *best = NULL;

	while (root != NULL) {
		int order = compare(root, head, key, len);

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
	const guint64 head = head_of(key, len);
	const StoreEntry *best = NULL;

	while (root != NULL) {
		if (compare(root, head, key, len) > 0) {
			best = root->entry;
			root = root->right;
		} else {
			root = root->left;
		}
	}
	return best;
}
