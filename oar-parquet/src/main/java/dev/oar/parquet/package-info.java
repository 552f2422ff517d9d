/** Images in parquet files, as the Hugging Face hub has them, made WebDataset shards. */
@NullMarked
package dev.oar.parquet;

import org.jspecify.annotations.NullMarked;
