package dev.oar.decode;

import dev.oar.order.GenerationOrder;
import java.util.List;

/**
 * What a decoding call filled.
 *
 * @param tokens {@code [batch][cells]}, raster order; those of absent cells are 0
 * @param orders the order in which each row's cells were filled, known cells first; absent cells stand at the end
 */
public record DecodedTokens(int[][] tokens, List<GenerationOrder> orders) {}
