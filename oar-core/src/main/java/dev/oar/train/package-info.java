/** Training: one loop for tokenizer, pretraining and fine-tuning, its optimizer and schedules, and the tasks it steps. */
@NullMarked
package dev.oar.train;

import org.jspecify.annotations.NullMarked;
