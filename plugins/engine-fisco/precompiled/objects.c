/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fisco/precompiled/objects.h"

#include <string.h>

#include <bsn/helpers/bytes.h>

/* In one piece: the item, then its bytes. */
static ObjectItem *
item_new(const ObjectItem *item)
{
	ObjectItem *copy = g_malloc(sizeof(ObjectItem) + item->name.len +
				    item->value.len);
	guint8 *at = (guint8 *)(copy + 1);

	copy->tag = item->tag;
	copy->name = bsn_slice_of(at, item->name.len);
	copy->value = bsn_slice_of(at + item->name.len, item->value.len);
	if (item->name.len > 0)
		memcpy(at, item->name.data, item->name.len);
	if (item->value.len > 0)
		memcpy(at + item->name.len, item->value.data, item->value.len);
	return copy;
}

static void
object_free(gpointer data)
{
	Object *object = data;

	g_ptr_array_unref(object->items);
	g_free(object);
}

void
objects_clear(Objects *objects)
{
	g_clear_pointer(&objects->all, g_ptr_array_unref);
	g_clear_pointer(&objects->changes, g_array_unref);
}

guint
objects_mark(const Objects *objects)
{
	return objects->changes != NULL ? objects->changes->len : 0;
}

/* The newest change of an object that has no item is that it was made. */
void
objects_revert(Objects *objects, guint mark)
{
	while (objects_mark(objects) > mark) {
		guint last = objects->changes->len - 1;
		guint index = g_array_index(objects->changes, guint, last);
		const Object *object = objects->all->pdata[index];

		g_array_set_size(objects->changes, last);
		if (object->items->len > 0)
			g_ptr_array_set_size(object->items,
					     (gint)object->items->len - 1);
		else
			g_ptr_array_set_size(objects->all, (gint)index);
	}
}

Object *
objects_find(const Objects *objects, guint32 address)
{
	if (objects->all == NULL || address < OBJECT_FIRST ||
	    address - OBJECT_FIRST >= objects->all->len)
		return NULL;
	return objects->all->pdata[address - OBJECT_FIRST];
}

guint32
objects_make(Objects *objects, const PrecompiledContract *contract)
{
	Object *object;
	guint index;

	if (objects->all == NULL) {
		objects->all = g_ptr_array_new_with_free_func(object_free);
		objects->changes = g_array_new(FALSE, FALSE, sizeof(guint));
	}
	index = objects->all->len;
	if (index >= OBJECTS_MAX)
		return 0;
	object = g_new0(Object, 1);
	object->contract = contract;
	object->items = g_ptr_array_new_with_free_func(g_free);
	g_ptr_array_add(objects->all, object);
	g_array_append_val(objects->changes, index);
	return OBJECT_FIRST + index;
}

void
objects_add(Objects *objects, guint32 address, const ObjectItem *item)
{
	guint index = address - OBJECT_FIRST;
	const Object *object = objects->all->pdata[index];

	g_ptr_array_add(object->items, item_new(item));
	g_array_append_val(objects->changes, index);
}
