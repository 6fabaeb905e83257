/* SPDX-License-Identifier: Apache-2.0 */
#include "host/service/store_view.h"

#include <sys/mman.h>

struct StoreView {
	gatomicrefcount refs;
	guint8 *bytes;
	gsize len;
};

StoreView *
store_view_new(int fd, gsize len)
{
	void *bytes = mmap(NULL, len, PROT_READ, MAP_SHARED, fd, 0);
	StoreView *view;

	if (bytes == MAP_FAILED)
		return NULL;
	view = g_new(StoreView, 1);
	g_atomic_ref_count_init(&view->refs);
	view->bytes = bytes;
	view->len = len;
	return view;
}

StoreView *
store_view_ref(StoreView *view)
{
	if (view != NULL)
		g_atomic_ref_count_inc(&view->refs);
	return view;
}

void
store_view_unref(StoreView *view)
{
	if (view == NULL || !g_atomic_ref_count_dec(&view->refs))
		return;
	(void)munmap(view->bytes, view->len);
	g_free(view);
}

const guint8 *
store_view_bytes(const StoreView *view)
{
	return view->bytes;
}

gboolean
store_view_is_shared(StoreView *view)
{
	return !g_atomic_ref_count_compare(&view->refs, 1);
}
