/** Of the player bar: who has answered a notice above it goes on there. */
export const PLAYER_BAR_ID = 'player-bar';
