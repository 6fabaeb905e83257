/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/net/window.h"

static void
block_free(gpointer data)
{
	SyncBlock *block = data;

	g_byte_array_unref(block->header);
	g_byte_array_unref(block->certificate);
	g_byte_array_unref(block->body);
	g_free(block);
}

void
window_init(Window *window)
{
	window->blocks = g_ptr_array_new_with_free_func(block_free);
	window->bytes = 0;
}

void
window_clear(Window *window)
{
	g_clear_pointer(&window->blocks, g_ptr_array_unref);
}

void
window_empty(Window *window)
{
	g_ptr_array_set_size(window->blocks, 0);
	window->bytes = 0;
}

SyncBlock *
window_first(const Window *window)
{
	return window->blocks->len > 0 ? window->blocks->pdata[0] : NULL;
}

SyncBlock *
window_last(const Window *window)
{
	const GPtrArray *blocks = window->blocks;

	return blocks->len > 0 ? blocks->pdata[blocks->len - 1] : NULL;
}

SyncBlock *
window_find(const Window *window, guint64 number)
{
	const SyncBlock *first = window_first(window);

	if (first == NULL || number < first->number ||
	    number - first->number >= window->blocks->len)
		return NULL;
	return window->blocks->pdata[number - first->number];
}

static GByteArray *
copy(bsn_slice bytes)
{
	GByteArray *array = g_byte_array_sized_new((guint)bytes.len);

	return g_byte_array_append(array, bytes.data, (guint)bytes.len);
}

SyncBlock *
window_add(Window *window, guint64 number, bsn_slice header,
	   bsn_slice certificate)
{
	SyncBlock *block = g_new0(SyncBlock, 1);

	block->number = number;
	block->header = copy(header);
	block->certificate = copy(certificate);
	block->body = g_byte_array_new();
	g_ptr_array_add(window->blocks, block);
	return block;
}

void
window_drop(Window *window, guint64 height)
{
	guint n = 0;

	for (; n < window->blocks->len; n++) {
		const SyncBlock *block = window->blocks->pdata[n];

		if (block->number > height)
			break;
		window->bytes -= block->body->len;
	}
	if (n > 0)
		g_ptr_array_remove_range(window->blocks, 0, n);
}

void
window_fill(Window *window, SyncBlock *block, bsn_slice piece)
{
	g_byte_array_append(block->body, piece.data, (guint)piece.len);
	window->bytes += piece.len;
	block->whole = block->body->len == block->total;
}

void
window_forget_body(Window *window, SyncBlock *block)
{
	window->bytes -= block->body->len;
	g_byte_array_unref(block->body);
	block->body = g_byte_array_new();
	block->total = 0;
	block->whole = FALSE;
	block->giver = NULL;
}

void
window_unask(Window *window, const NetPeer *peer)
{
	for (guint i = 0; i < window->blocks->len; i++) {
		SyncBlock *block = window->blocks->pdata[i];

		if (block->asked == peer)
			block->asked = NULL;
	}
}

void
window_forget_giver(Window *window, const NetPeer *peer)
{
	for (guint i = 0; i < window->blocks->len; i++) {
		SyncBlock *block = window->blocks->pdata[i];

		if (block->giver == peer)
			window_forget_body(window, block);
	}
}
