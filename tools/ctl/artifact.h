/* SPDX-License-Identifier: Apache-2.0
 *
 * tools/ctl/artifact.h: a compiled contract, as `bsnctl contract compile`
 * writes it: {"contracts": {NAME: {"abi": [...], "bytecode": "0x..",
 * "sourceMap", "deployedSourceMap"}}, "sources": [{"file", "text"}, ...]}.
 */
#ifndef TOOLS_CTL_ARTIFACT_H
#define TOOLS_CTL_ARTIFACT_H

#include <glib.h>
#include <jansson.h>

/* Largest artifact file, in bytes. */
#define ARTIFACT_MAX (16u * 1024 * 1024)

typedef struct {
	char *name;
	char *bytecode; /* "0x" and digits */
	json_t *abi;    /* array, or NULL when there is none */
	json_t *check;  /* a check's options: abi, and what names source lines */
} Artifact;
void artifact_free(Artifact *artifact);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Artifact, artifact_free)

/* Loads FILE or FILE:NAME. Without a name the file must have just one contract
 * with code. FILE may also be a contract alone, {"abi", "bytecode"}, or bare
 * hexadecimal digits, or a gzipped package or a WebAssembly module, which are the
 * code as they are. Errors are CTL_ERROR_FAILED. */
Artifact *artifact_load(const char *spec, GError **error);

/* The same from memory; `file` stands for it in errors, `name` may be NULL. The
 * text is changed. */
Artifact *artifact_parse(char *text, const char *file, const char *name,
			 GError **error);

#endif
