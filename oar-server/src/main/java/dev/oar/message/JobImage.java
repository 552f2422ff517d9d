package dev.oar.message;

/**
 * An image that is done.
 *
 * @param number which of the job's images, from 0
 * @param url where it is
 * @param seed its seed
 * @param index its index
 */
public record JobImage(int number, String url, long seed, long index) {}
