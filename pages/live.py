"""Which of today's patrol places have had no visit yet?"""

from rasure.web import live

live.board()
