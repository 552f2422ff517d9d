/** Self-contained HTML reports: text, figures with intervals, plots and pictures in one file that loads nothing else. */
@NullMarked
package dev.oar.report;

import org.jspecify.annotations.NullMarked;
