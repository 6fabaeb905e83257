;; SPDX-License-Identifier: Apache-2.0
(module (memory (export "memory") 257) (func (export "f")))
