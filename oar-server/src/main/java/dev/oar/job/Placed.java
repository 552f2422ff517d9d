package dev.oar.job;

import dev.oar.generate.ImageRequest;

/**
 * One image of a job in a row of a batch.
 *
 * @param image which of the job's images
 * @param request what it is asked for
 */
record Placed(Job job, Work.Images work, int image, ImageRequest request) {}
