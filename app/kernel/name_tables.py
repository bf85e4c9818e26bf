"""Tables for names: surnames of two characters, surnames read in their own way, rare characters.

Readings carry tone numbers; ü is written v. Where a surname has two living readings the likelier for Chongqing is
first (覃 is qin2 in the south-east of the city, tan2 elsewhere).
"""

from __future__ import annotations

COMPOUND_SURNAMES: dict[str, str] = {
    "欧阳": "ou1 yang2", "歐陽": "ou1 yang2", "司马": "si1 ma3", "上官": "shang4 guan1", "诸葛": "zhu1 ge3",
    "司徒": "si1 tu2", "司空": "si1 kong1", "司寇": "si1 kou4", "夏侯": "xia4 hou2", "皇甫": "huang2 fu3",
    "尉迟": "yu4 chi2", "公孙": "gong1 sun1", "公冶": "gong1 ye3", "公羊": "gong1 yang2", "公良": "gong1 liang2",
    "公西": "gong1 xi1", "令狐": "ling2 hu2", "长孙": "zhang3 sun1", "慕容": "mu4 rong2", "宇文": "yu3 wen2",
    "轩辕": "xuan1 yuan2", "钟离": "zhong1 li2", "端木": "duan1 mu4", "独孤": "du2 gu1", "南宫": "nan2 gong1",
    "闻人": "wen2 ren2", "赫连": "he4 lian2", "呼延": "hu1 yan2", "申屠": "shen1 tu2", "太叔": "tai4 shu1",
    "太史": "tai4 shi3", "濮阳": "pu2 yang2", "淳于": "chun2 yu2", "澹台": "tan2 tai2", "宗政": "zong1 zheng4",
    "鲜于": "xian1 yu2", "闾丘": "lv2 qiu1", "亓官": "qi2 guan1", "拓跋": "tuo4 ba2", "宰父": "zai3 fu3",
    "谷梁": "gu3 liang2", "东郭": "dong1 guo1", "东方": "dong1 fang1", "西门": "xi1 men2", "第五": "di4 wu3",
    "万俟": "mo4 qi2", "漆雕": "qi1 diao1", "乐正": "yue4 zheng4", "壤驷": "rang3 si4", "巫马": "wu1 ma3",
    "仲孙": "zhong4 sun1", "颛孙": "zhuan1 sun1", "羊舌": "yang2 she2", "纳兰": "na4 lan2", "完颜": "wan2 yan2",
    "左丘": "zuo3 qiu1", "微生": "wei1 sheng1", "百里": "bai3 li3",
}

SURNAME_READINGS: dict[str, str] = {
    "冉": "ran3", "单": "shan4", "單": "shan4", "仇": "qiu2", "曾": "zeng1", "解": "xie4", "覃": "qin2 tan2",
    "任": "ren2", "华": "hua4", "区": "ou1", "朴": "piao2", "查": "zha1", "翟": "zhai2 di2", "盖": "ge3 gai4",
    "员": "yun4", "乐": "yue4 le4", "种": "chong2", "折": "she2", "缪": "miao4", "繁": "po2", "秘": "bi4",
    "晟": "cheng2", "纪": "ji3", "黑": "he4 hei1", "冼": "xian3", "洗": "xian3", "那": "na1", "能": "nai4",
    "过": "guo1", "宁": "ning4 ning2", "召": "shao4", "柏": "bai3 bo2", "薄": "bo2", "卜": "bu3", "牟": "mou2 mu4",
    "车": "che1", "谌": "chen2 shen4", "葛": "ge3", "句": "gou1", "谷": "gu3", "干": "gan1", "贾": "jia3",
    "隗": "wei3 kui2", "佴": "nai4", "祭": "zhai4", "瞿": "qu2", "石": "shi2", "盛": "sheng4", "沈": "shen3",
    "万": "wan4", "燕": "yan1", "应": "ying1", "占": "zhan1", "郗": "xi1 chi1", "訾": "zi1", "相": "xiang4 xiang1",
    "么": "yao1", "藏": "zang1", "阙": "que1", "强": "qiang2", "曲": "qu1", "宿": "su4", "郇": "xun2 huan2",
    "费": "fei4", "余": "yu2", "佘": "she2", "殷": "yin1", "颉": "xie2", "撒": "sa4", "莘": "shen1 xin1",
    "行": "xing2", "贠": "yun4", "炅": "gui4", "圈": "juan4", "都": "du1", "会": "gui4", "尉": "wei4",
    "褚": "chu3", "俞": "yu2", "奇": "qi2", "长": "zhang3", "重": "chong2", "仉": "zhang3", "乜": "nie4",
    "逄": "pang2", "臧": "zang1", "奚": "xi1", "郝": "hao3", "邓": "deng4", "傅": "fu4", "韦": "wei2",
    "哈": "ha3", "陆": "lu4", "向": "xiang4",
}

RARE_READINGS: dict[str, str] = {
    # Read wrongly or not at all by common software; 䶮, 㛃, 𬱖 and 𫘧 are held here for certain.
    "䶮": "yan3", "㛃": "jie2", "𬱖": "di2", "𫘧": "lu4", "𰻝": "biang2", "𰻞": "biang2",
}
