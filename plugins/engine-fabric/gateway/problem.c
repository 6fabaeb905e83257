/* SPDX-License-Identifier: Apache-2.0 */
#include "plugins/engine-fabric/gateway/problem.h"

#include <stdarg.h>

#include "gateway/gateway.pb-c.h"
#include "google/rpc/status.pb-c.h"
#include "plugins/kit/codec/message.h"
#include "plugins/kit/sink.h"

#define DETAIL_TYPE "type.googleapis.com/gateway.ErrorDetail"
/* Bytes of a detail's texts; a message that has to be cut ends so. */
#define NAME_MAX_LEN 256u
#define CUT "..."

typedef struct {
	char *address;
	char *msp_id;
	char *message;
} ProblemDetail;

static void
detail_free(gpointer data)
{
	ProblemDetail *detail = data;

	g_free(detail->address);
	g_free(detail->msp_id);
	g_free(detail->message);
	g_free(detail);
}

/* Valid UTF-8 of at most so many bytes, cut between characters. */
static char *
cut(const char *text, gsize max)
{
	char *valid = g_utf8_make_valid(text != NULL ? text : "", -1);
	const gsize len = strlen(valid);
	char *end;

	if (len <= max)
		return valid;
	end = g_utf8_find_prev_char(valid, valid + max - strlen(CUT) + 1);
	memcpy(end, CUT, sizeof(CUT));
	return valid;
}

void
problem_set(Problem *problem, guint code, const char *format, ...)
{
	g_autofree char *text = NULL;
	va_list args;

	va_start(args, format);
	text = g_strdup_vprintf(format, args);
	va_end(args);
	g_free(problem->message);
	problem->code = code;
	problem->message = cut(text, PROBLEM_MESSAGE_MAX);
}

void
problem_add(Problem *problem, const char *address, const char *msp_id,
	    const char *message)
{
	ProblemDetail *detail = g_new0(ProblemDetail, 1);

	if (problem->details == NULL)
		problem->details = g_ptr_array_new_with_free_func(detail_free);
	detail->address = cut(address, NAME_MAX_LEN);
	detail->msp_id = cut(msp_id, NAME_MAX_LEN);
	detail->message = cut(message, PROBLEM_MESSAGE_MAX);
	g_ptr_array_add(problem->details, detail);
}

void
problem_clear(Problem *problem)
{
	g_clear_pointer(&problem->message, g_free);
	g_clear_pointer(&problem->details, g_ptr_array_unref);
}

/* An ErrorDetail with a message of at most so many bytes. */
static bsn_slice
put_detail(Arena *arena, const ProblemDetail *detail, gsize max)
{
	g_autofree char *message = cut(detail->message, max);
	Gateway__ErrorDetail error = GATEWAY__ERROR_DETAIL__INIT;

	error.address = detail->address;
	error.msp_id = detail->msp_id;
	error.message = message;
	return message_put(arena, &error);
}

/* As much as there is room for, and each gets its share of it. */
static gsize
put_details(Arena *arena, const Problem *problem, gsize room,
	    Google__Protobuf__Any *items, Google__Protobuf__Any **list)
{
	const guint n = problem->details->len;
	/* Tags and lengths of an Any and what is in it. */
	const gsize around = sizeof(DETAIL_TYPE) + 24;
	gsize used = 0;

	for (guint i = 0; i < n; i++) {
		const ProblemDetail *detail = problem->details->pdata[i];
		const gsize fixed = around + strlen(detail->address) +
				    strlen(detail->msp_id);
		const gsize share = room / (n - i);

		if (share < fixed + sizeof(CUT))
			continue;
		google__protobuf__any__init(&items[used]);
		items[used].type_url = (char *)DETAIL_TYPE;
		items[used].value =
			message_bytes(put_detail(arena, detail, share - fixed));
		room -= around + items[used].value.len;
		list[used] = &items[used];
		used++;
	}
	return used;
}

GByteArray *
problem_pack(const Problem *problem)
{
	g_auto(Arena) arena = ARENA_INIT;
	const guint n = problem->details != NULL ? problem->details->len : 0;
	g_autofree Google__Protobuf__Any *items =
		g_new(Google__Protobuf__Any, n + 1);
	g_autofree Google__Protobuf__Any **list =
		g_new(Google__Protobuf__Any *, n + 1);
	Google__Rpc__Status status = GOOGLE__RPC__STATUS__INIT;

	if (n == 0)
		return g_byte_array_new();
	status.code = (gint32)problem->code;
	status.message = problem->message;
	status.details = list;
	status.n_details =
		put_details(&arena, problem,
			    PROBLEM_DETAILS_MAX - strlen(problem->message) - 16,
			    items, list);
	return message_pack(&status);
}
