/* SPDX-License-Identifier: Apache-2.0 */
#include "tools/conform/page.h"

#include <string.h>
#include <sys/mman.h>

Page *
page_new(void)
{
	void *page = mmap(NULL, sizeof(Page), PROT_READ | PROT_WRITE,
			  MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	return page != MAP_FAILED ? page : NULL;
}

void
page_free(Page *page)
{
	if (page != NULL)
		munmap(page, sizeof(*page));
}

void
page_clear(Page *page)
{
	page->ended = 0;
	page->verdict = 0;
	page->beat = 0;
	page->call[0] = '\0';
	page->summary[0] = '\0';
	page->left_out = 0;
	page->evidence_len = 0;
}

/* Foreign text in a line: no control character, and valid UTF-8. */
static char *
clean(const char *text)
{
	char *valid = g_utf8_make_valid(text, -1);

	for (char *at = valid; *at != '\0'; at++)
		if (g_ascii_iscntrl(*at))
			*at = ' ';
	return valid;
}

void
page_add(Page *page, const char *line)
{
	g_autofree char *text = clean(line);
	gsize len = strlen(text);

	if (len + 1 > PAGE_EVIDENCE_MAX - page->evidence_len) {
		page->left_out++;
		return;
	}
	memcpy(page->evidence + page->evidence_len, text, len);
	page->evidence[page->evidence_len + len] = '\n';
	page->evidence_len += (guint32)len + 1;
}

GPtrArray *
page_lines(const Page *page)
{
	GPtrArray *lines = g_ptr_array_new_with_free_func(g_free);
	const char *at = page->evidence;
	const char *end = at + MIN(page->evidence_len, PAGE_EVIDENCE_MAX);

	while (at < end) {
		const char *line_end = memchr(at, '\n', (gsize)(end - at));

		if (line_end == NULL)
			break; /* the child died in the middle of it */
		g_ptr_array_add(lines,
				g_strndup(at, (gsize)(line_end - at)));
		at = line_end + 1;
	}
	if (page->left_out > 0)
		g_ptr_array_add(lines, g_strdup_printf("(%u further lines)",
						       page->left_out));
	return lines;
}

void
page_at(Page *page, const char *call)
{
	gsize len = call != NULL ? strlen(call) : 0;

	len = MIN(len, sizeof(page->call) - 1);
	if (len > 0)
		memcpy(page->call, call, len);
	page->call[len] = '\0';
}

void
page_end(Page *page, Verdict verdict, const char *summary)
{
	g_autofree char *text = NULL;

	if (page->ended)
		return;
	text = clean(summary);
	g_strlcpy(page->summary, text, sizeof(page->summary));
	page->verdict = verdict;
	page->ended = 1;
}
