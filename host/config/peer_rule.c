/* SPDX-License-Identifier: Apache-2.0 */
#include "host/config/peer_rule.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

#define FINGERPRINT_HEX 64u
#define V4_PREFIX_BITS 96u
#define V6_BITS 128u

static const guint8 v4_prefix[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255 };

void
peer_rule_clear(PeerRule *rule)
{
	g_free(rule->name);
	g_free(rule->organisation);
	g_free(rule->fingerprint);
	memset(rule, 0, sizeof(*rule));
}

/* The number of bits after "/", of at most `max`; all of them without it. */
static gboolean
read_bits(const char *text, guint max, guint *bits)
{
	guint64 number;

	*bits = max;
	if (text == NULL)
		return TRUE;
	if (!g_ascii_string_to_unsigned(text, 10, 0, max, &number, NULL))
		return FALSE;
	*bits = (guint)number;
	return TRUE;
}

static gboolean
read_network(const char *text, PeerRule *out)
{
	const char *slash = strchr(text, '/');
	const char *bits = slash != NULL ? slash + 1 : NULL;
	g_autofree char *host =
		slash != NULL ? g_strndup(text, (gsize)(slash - text))
			      : g_strdup(text);

	if (inet_pton(AF_INET6, host, out->network) == 1)
		return read_bits(bits, V6_BITS, &out->bits);
	memcpy(out->network, v4_prefix, sizeof(v4_prefix));
	if (inet_pton(AF_INET, host, out->network + sizeof(v4_prefix)) != 1 ||
	    !read_bits(bits, V6_BITS - V4_PREFIX_BITS, &out->bits))
		return FALSE;
	out->bits += V4_PREFIX_BITS;
	return TRUE;
}

static gboolean
read_host(const char *text, PeerRule *out)
{
	const char *at = strchr(text, '@');

	if (at == NULL || at == text || at[1] == '\0')
		return FALSE;
	out->name = g_strndup(text, (gsize)(at - text));
	out->organisation = g_strdup(at + 1);
	return TRUE;
}

static gboolean
read_organisation(const char *text, PeerRule *out)
{
	out->organisation = g_strdup(text);
	return TRUE;
}

static gboolean
read_certificate(const char *text, PeerRule *out)
{
	if (strlen(text) != FINGERPRINT_HEX ||
	    strspn(text, "0123456789abcdef") != FINGERPRINT_HEX)
		return FALSE;
	out->fingerprint = g_strdup(text);
	return TRUE;
}

gboolean
peer_rule_parse(const char *text, PeerRule *out)
{
	static const struct {
		const char *word;
		PeerRuleKind kind;
		gboolean (*read)(const char *text, PeerRule *out);
	} kinds[] = {
		{ "address ", PEER_RULE_ADDRESS, read_network },
		{ "organisation ", PEER_RULE_ORGANISATION, read_organisation },
		{ "host ", PEER_RULE_HOST, read_host },
		{ "certificate ", PEER_RULE_CERTIFICATE, read_certificate },
	};

	memset(out, 0, sizeof(*out));
	for (gsize i = 0; i < G_N_ELEMENTS(kinds); i++) {
		const char *rest = text + strlen(kinds[i].word);

		if (!g_str_has_prefix(text, kinds[i].word))
			continue;
		rest += strspn(rest, " ");
		out->kind = kinds[i].kind;
		if (rest[0] != '\0' && kinds[i].read(rest, out))
			return TRUE;
		peer_rule_clear(out);
	}
	return FALSE;
}

gboolean
peer_rule_address(const struct sockaddr *address, guint8 out[16])
{
	if (address->sa_family == AF_INET6) {
		memcpy(out, &((const struct sockaddr_in6 *)address)->sin6_addr,
		       16);
		return TRUE;
	}
	if (address->sa_family != AF_INET)
		return FALSE;
	memcpy(out, v4_prefix, sizeof(v4_prefix));
	memcpy(out + sizeof(v4_prefix),
	       &((const struct sockaddr_in *)address)->sin_addr, 4);
	return TRUE;
}

gboolean
peer_rule_has_address(const PeerRule *rule, const guint8 address[16])
{
	const guint bytes = rule->bits / 8;
	const guint rest = rule->bits % 8;

	if (rule->kind != PEER_RULE_ADDRESS ||
	    memcmp(rule->network, address, bytes) != 0)
		return FALSE;
	return rest == 0 ||
	       (rule->network[bytes] ^ address[bytes]) >> (8 - rest) == 0;
}
